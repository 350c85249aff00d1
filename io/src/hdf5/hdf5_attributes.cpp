#include "files/from_root.hpp"
#include "files/packed_values.hpp"
#include "hdf5/attributes/hdf5_attribute_text.hpp"
#include "hdf5/attributes/hdf5_attribute_values.hpp"
#include "hdf5/hdf5_state.hpp"
#include "hdf5/wrappers/hdf5_strings.hpp"

#include <tessera/core/error.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <string>
#include <vector>

namespace tessera {

namespace detail {

namespace {

// Larger ones are slow in every reader.
constexpr std::size_t largest_attribute = std::size_t{16} << 20U;

std::vector<std::string> attribute_names(hid_t object, const std::string& action) {
  std::vector<std::string> names;
  const auto note = [](hid_t, const char* name, const H5A_info_t*, void* all) -> herr_t {
    static_cast<std::vector<std::string>*>(all)->emplace_back(name);
    return 0;
  };
  check_hdf5(H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_INC, nullptr, note, &names), action);
  std::sort(names.begin(), names.end());
  return names;
}

/// "there are 'units', 'x'"
std::string those_there_are(hid_t object, const std::string& action) {
  std::string text;
  for (const std::string& name : attribute_names(object, action))
    text += fmt::format("{}{}'", text.empty() ? "there are '" : ", '", name);
  return text.empty() ? "there are none" : text;
}

hdf5_handle open_attribute(hid_t file, const std::string& object, const std::string& name,
                           const std::string& action) {
  const hdf5_handle holder = open_hdf5_object(file, object, action);
  if (check_hdf5(H5Aexists(holder.get(), name.c_str()), action) <= 0)
    throw dataset_not_found_error(
        fmt::format("{}: there is no such; {}", action, those_there_are(holder.get(), action)));
  return own_hdf5(H5Aopen(holder.get(), name.c_str(), H5P_DEFAULT), action);
}

std::string named(const std::string& name, const std::string& object) {
  return fmt::format("attribute '{}' of '{}'", name, object);
}

std::string cannot(const char* verb, const std::string& what, const std::string& path) {
  return fmt::format("cannot {} {} in '{}'", verb, what, path);
}

void check_ascii(const std::string& letters, const std::string& action) {
  const bool is_ascii = std::all_of(letters.begin(), letters.end(),
                                    [](char c) { return static_cast<signed char>(c) > 0; });
  if (letters.empty() || !is_ascii)
    throw argument_error(action +
                         ": a text of a fixed length has ASCII letters only, at least one");
}

/// What the caller may get wrong. On rank 0, whose value counts.
void check_value(const std::string& name, const attribute_value& value, const std::string& action) {
  if (name.empty() || name.find('\0') != name.npos)
    throw argument_error(action + ": an attribute needs a name, without zero bytes");
  std::size_t bytes = value.bytes.size();
  for (const std::string& text : value.texts) bytes += text.size();
  check_hdf5_texts(value.texts, action);
  if (value.is_ascii) check_ascii(value.bytes, action);
  if (bytes > largest_attribute)
    throw argument_error(
        fmt::format("{}: {} bytes are more than an attribute should have ({}); write a dataset",
                    action, bytes, largest_attribute));
}

std::string bytes_of(const attribute_value& value) {
  value_packer to;
  to.put(value.shape);
  to.put(value.bytes);
  to.put(value.texts);
  return to.bytes();
}

} // namespace

} // namespace detail

using namespace detail;

void hdf5_file::write_attribute(const std::string& object, const std::string& name,
                                const attribute_value& value) {
  state& s = *state_;
  s.check_writable();
  s.check_same("set " + named(name, object));
  const std::string action = cannot("set", named(name, object), s.path);
  text_from_root(s.comm, [&] {
    check_value(name, value, action);
    open_hdf5_object(s.file.get(), object, action);
    return std::string();
  });
  s.writing([&] {
    text_from_root(s.comm, [&] {
      const hdf5_handle target = open_hdf5_object(s.file.get(), object, action);
      put_hdf5_attribute(target.get(), name, value, action);
      s.check_device();
      return std::string();
    });
  });
}

attribute_value hdf5_file::read_attribute(const std::string& object, const std::string& name,
                                          const attribute_wanted& wanted) {
  state& s = *state_;
  const std::string action = cannot("read", named(name, object), s.path);
  const std::string bytes = text_from_root(s.comm, [&] {
    return bytes_of(
        get_hdf5_attribute(open_attribute(s.file.get(), object, name, action), wanted, action));
  });
  attribute_value result{wanted.is_text, wanted.type, {}, {}, {}};
  value_unpacker from(bytes);
  from.take(result.shape);
  from.take(result.bytes);
  from.take(result.texts);
  return result;
}

std::vector<std::string> hdf5_file::attributes(const std::string& object) {
  state& s = *state_;
  if (!s.output) s.check_readable();
  const std::string bytes = text_from_root(s.comm, [&] {
    value_packer names;
    const std::string action = s.failure(object);
    const hdf5_handle holder = open_hdf5_object(s.file.get(), object, action);
    names.put(attribute_names(holder.get(), action));
    return names.bytes();
  });
  std::vector<std::string> names;
  value_unpacker(bytes).take(names);
  return names;
}

std::string hdf5_file::attribute_text(const std::string& object, const std::string& name) {
  state& s = *state_;
  if (!s.output) s.check_readable();
  const std::string action = cannot("read", named(name, object), s.path);
  return text_from_root(s.comm, [&] {
    return hdf5_attribute_text(open_attribute(s.file.get(), object, name, action), action);
  });
}

} // namespace tessera
