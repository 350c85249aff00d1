#include <tessera/core/members.hpp>
#include <tessera/io/text/text_leaves.hpp>

namespace tessera::detail {

namespace {

void add_leaves(dtype type, index_t offset, std::vector<text_leaf>& leaves) {
  if (type.kind != 'V') return leaves.push_back({offset, type});
  for (const struct_member& member : type.members->all)
    for (index_t k = 0; k < member.count(); ++k)
      add_leaves(member.type, offset + member.offset + k * member.type.size, leaves);
}

} // namespace

std::vector<text_leaf> text_leaves_of(dtype type) {
  std::vector<text_leaf> leaves;
  add_leaves(type, 0, leaves);
  return leaves;
}

} // namespace tessera::detail
