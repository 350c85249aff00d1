// Structs as NumPy prints them: (1.5, 7, [0., 0., 0.]).
#include "text/element_text.hpp"

#include <tessera/core/members.hpp>

#include <string>

namespace tessera::detail {

namespace {

text_kind kind_of_member(dtype type) {
  switch (type.kind) {
  case 'b': return text_kind::boolean;
  case 'i': return text_kind::signed_integer;
  case 'u': return text_kind::unsigned_integer;
  case 'f': return text_kind::real;
  case 'c': return text_kind::complex;
  case 'S': return text_kind::bytes;
  default: return text_kind::structure;
  }
}

/// One member of all structs that are printed.
class member_writer {
public:
  member_writer(const struct_member& member, const printed_elements& structs,
                const print_options& options)
      : member_(member), values_{nullptr, kind_of_member(member.type), member.type.size, 0, nullptr,
                                 nullptr, member.type.members} {
    printed_elements elements;
    for (const std::byte* each : structs)
      for (index_t k = 0; k < member.count(); ++k)
        elements.push_back(each + member.offset + k * member.type.size);
    element_ = aligned_writer(values_, elements, options);
  }
  // The writer of elements refers to what they are.
  member_writer(const member_writer&) = delete;
  member_writer& operator=(const member_writer&) = delete;
  ~member_writer() = default;

  [[nodiscard]] std::string text(const std::byte* of_struct) const {
    const std::byte* next = of_struct + member_.offset;
    return text_along(0, next);
  }

private:
  /// Of what lies at `next` along the axes from `axis` on; `next` moves behind it.
  std::string text_along(std::size_t axis, const std::byte*& next) const {
    if (axis == member_.shape.size()) {
      const std::byte* const element = next;
      next += member_.type.size;
      return (*element_)(element);
    }
    std::string text;
    for (index_t i = 0; i < member_.shape[axis]; ++i)
      text += (i == 0 ? "" : ", ") + text_along(axis + 1, next);
    return "[" + text + "]";
  }

  const struct_member& member_;
  printed_array values_;
  std::unique_ptr<element_writer> element_;
};

class all_members_writer : public element_writer {
public:
  all_members_writer(const struct_layout& layout, const printed_elements& structs,
                     const print_options& options) {
    for (const struct_member& member : layout.all)
      members_.push_back(std::make_unique<member_writer>(member, structs, options));
  }
  std::string operator()(const std::byte* element) const override {
    std::string text;
    for (const auto& member : members_) text += (text.empty() ? "" : ", ") + member->text(element);
    return "(" + text + (members_.size() == 1 ? ",)" : ")");
  }

private:
  std::vector<std::unique_ptr<member_writer>> members_;
};

} // namespace

std::unique_ptr<element_writer> struct_writer(const printed_array& a,
                                              const printed_elements& elements,
                                              const print_options& options) {
  return std::make_unique<all_members_writer>(*a.members, elements, options);
}

} // namespace tessera::detail
