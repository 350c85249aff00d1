/// @file
/// What goes wrong with Zarr stores, damaged and hostile ones among them, is said once, on all
/// ranks.

#include "world.hpp"
#include "zarr_check.hpp"

#include <tessera/core/creation/create.hpp>

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

using namespace tessera;
using tessera_test::content_of;
using tessera_test::expect_zarr_error;
using tessera_test::files_of;
using tessera_test::scratch;
using tessera_test::world;

namespace {

namespace fs = std::filesystem;

const std::string grid_of_two =
    R"("chunk_grid":{"name":"regular","configuration":{"chunk_shape":[2]}})";
const std::string little = R"({"name":"bytes","configuration":{"endian":"little"}})";
const std::string bare_group = R"({"zarr_format":3,"node_type":"group"})";

/// Metadata of an array of float64 (3), with some members in place of the usual ones.
std::string array_with(const std::string& members, const std::string& codecs = little,
                       const std::string& grid = grid_of_two) {
  std::string text = R"({"zarr_format":3,"node_type":"array",)" + grid + ",";
  const auto usual = [&](const std::string& name, const std::string& value) {
    if (members.find('"' + name + '"') == members.npos) text += '"' + name + "\":" + value + ",";
  };
  usual("shape", "[3]");
  usual("data_type", "\"float64\"");
  usual("chunk_key_encoding", "\"default\"");
  usual("fill_value", "0");
  usual("codecs", "[" + codecs + "]");
  return text + members + (members.empty() ? "\"attributes\":{}" : "") + "}";
}

/// A store that is an array of its own with this text as metadata, and these chunks. Collective.
std::string store_of(const scratch& folder, const std::string& metadata,
                     const std::map<std::string, std::string>& chunks = {}) {
  const std::string path = folder / "odd.zarr";
  world().barrier();
  if (world().rank() == 0) {
    fs::remove_all(path);
    fs::create_directories(path + "/c");
    std::ofstream(path + "/zarr.json", std::ios::binary) << metadata;
    for (const auto& [name, bytes] : chunks)
      std::ofstream(path + "/" + name, std::ios::binary) << bytes;
  }
  world().barrier();
  return path;
}

void expect_refused(const scratch& folder, const std::string& metadata,
                    std::initializer_list<std::string> parts,
                    const std::map<std::string, std::string>& chunks = {}) {
  SCOPED_TRACE(metadata);
  const std::string path = store_of(folder, metadata, chunks);
  expect_zarr_error(
      [&] {
        zarr_store store = zarr_store::open(world(), path);
        global_array<double, 1> u(process_grid<1>(world()), {3});
        store.read("/", u);
      },
      parts);
  expect_zarr_error([&] { static_cast<void>(load_zarr<double, 1>(world(), path)); }, parts);
}

std::string bytes_of_doubles(std::initializer_list<double> values) {
  std::string bytes;
  for (const double v : values) bytes.append(reinterpret_cast<const char*>(&v), sizeof v);
  return bytes;
}

std::string bytes_of_words(std::initializer_list<std::uint64_t> values) {
  std::string bytes;
  for (const std::uint64_t v : values) bytes.append(reinterpret_cast<const char*>(&v), sizeof v);
  return bytes;
}

} // namespace

TEST(zarr_errors, of_stores_to_be_read) {
  const scratch folder;
  expect_zarr_error([&] { static_cast<void>(zarr_store::open(world(), folder / "none.zarr")); },
                    {"file: cannot read", "none.zarr': No such file or directory"});
  const std::string file = folder.file("file.zarr", "x");
  expect_zarr_error([&] { static_cast<void>(zarr_store::open(world(), file)); },
                    {"file.zarr': Not a directory"});
  expect_zarr_error([&] { static_cast<void>(zarr_store::open(world(), folder.folder())); },
                    {"it is no Zarr store: it holds no zarr.json"});
  const std::string old = store_of(folder, bare_group, {{".zgroup", "{}"}});
  if (world().rank() == 0) fs::remove(old + "/zarr.json");
  world().barrier();
  expect_zarr_error([&] { static_cast<void>(zarr_store::open(world(), old)); },
                    {"version 2", ".zgroup", "version 3 is read"});
}

TEST(zarr_errors, of_arrays_to_be_read) {
  const scratch folder;
  zarr_store store = zarr_store::create(world(), folder / "u.zarr");
  store.write("a/u", full(shape_t<2>{2, 3}, 1.5));
  store.write("n", full(shape_t<1>{4}, std::int64_t{7}));
  store.set_attribute("n", "name", "seven");
  store.commit();
  zarr_store saved = zarr_store::open(world(), folder / "u.zarr");
  global_array<double, 2> wrong(process_grid<2>(world()), {3, 2});
  global_array<double, 1> real(process_grid<1>(world()), {4});
  expect_zarr_error([&] { saved.read("v", wrong); },
                    {"cannot read 'v' in '", "there is no such; the store holds 'a', 'a/u', 'n'"});
  expect_zarr_error([&] { saved.read("a/u", wrong); }, {"shape: ", "(2, 3)", "(3, 2)"});
  expect_zarr_error([&] { static_cast<void>(saved.read<double, 1>("a/u")); }, {"(2, 3)", "1 axis"});
  expect_zarr_error([&] { saved.read("n", real); }, {"int64", "float64", "without loss"});
  expect_zarr_error([&] { static_cast<void>(saved.read<float, 2>("a/u")); },
                    {"float64", "float32", "without loss"});
  expect_zarr_error([&] { static_cast<void>(saved.read<double, 1>("a/u", 2)); },
                    {"index 2 is outside axis 0 of shape (2, 3)"});
  expect_zarr_error([&] { static_cast<void>(saved.read<double, 2>("a")); }, {"it is a group"});
  for (const std::string name : {"../u", "/a/u", "a//u", "a/./u", "a/zarr.json", "__a"})
    expect_zarr_error([&] { saved.read(name, wrong); },
                      {"argument: '", name, "cannot be the name"});
  expect_zarr_error([&] { static_cast<void>(saved.attribute<double>("n", "unit")); },
                    {"attribute 'unit' of 'n'", "there are 'name'"});
  expect_zarr_error([&] { static_cast<void>(saved.attribute<double>("n", "name")); },
                    {"it is seven, not float64"});
  expect_zarr_error([&] { saved.write("x", 1.0); }, {"not open for writing"});
}

TEST(zarr_errors, of_arrays_to_be_written) {
  const scratch folder;
  zarr_store store = zarr_store::create(world(), folder / "u.zarr");
  const auto u = full(shape_t<2>{4, 6}, 1.0);
  const auto n = full(shape_t<1>{2}, std::int8_t{1});
  store.write("a/u", u);
  expect_zarr_error([&] { store.write("a/u", u); }, {"has an array 'a/u' already"});
  expect_zarr_error([&] { store.write("a", u); }, {"has a group 'a' already"});
  expect_zarr_error([&] { store.write("a/u/v", u); }, {"'a/u' of", "which is an array"});
  expect_zarr_error([&] { store.write("/", u); }, {"already"});
  expect_zarr_error([&] { store.write("b", u, {.chunk = {2}}); }, {"chunk = (2,)", "(4, 6)"});
  expect_zarr_error([&] { store.write("b", u, {.chunk = {2, 0}}); }, {"chunk = (2, 0)"});
  expect_zarr_error(
      [&] {
        store.write("b", u, {.chunk = {2, 2}, .shard = {4, 3}});
      },
      {"shard = (4, 3) is no multiple of chunk = (2, 2) along axis 1"});
  expect_zarr_error([&] { store.write("b", u, {.codec = "blosc"}); },
                    {"codec = 'blosc'; there are 'zstd' and 'gzip'"});
  expect_zarr_error([&] { store.write("b", u, {.codec = "gzip", .level = 10}); },
                    {"level = 10 of gzip"});
  expect_zarr_error([&] { store.write("b", n, {.fill_value = 128}); }, {"128", "int8"});
  expect_zarr_error([&] { store.write("b", n, {.fill_value = 0.5}); }, {"0.5", "int8"});
  expect_zarr_error([&] { store.write("b", u, {.dimensions = {"x"}}); }, {"1 names", "(4, 6)"});
  expect_zarr_error([&] { store.append("a/u", n); }, {"was not made by `append`"});
  store.append("s", n);
  expect_zarr_error([&] { store.append("s", full(shape_t<1>{3}, std::int8_t{1})); },
                    {"(1, 2)", "(3,)"});
  expect_zarr_error([&] { store.set_attribute("b", "x", 1); }, {"there is no such"});
  expect_zarr_error([&] { store.set_attribute("a", "x", std::string("\xff")); }, {"UTF-8"});
  store.commit();
  EXPECT_EQ(zarr_store::open(world(), folder / "u.zarr").arrays(),
            (std::vector<std::string>{"a/u", "s"}));
  EXPECT_EQ(folder.entries(), 1);
}

TEST(zarr_errors, leave_an_older_store_as_it_was) {
  const scratch folder;
  save_zarr(folder / "u.zarr", global_array<double, 1>(process_grid<1>(world()), {8}));
  world().barrier();
  const auto before = files_of(folder / "u.zarr");
  {
    zarr_store store = zarr_store::create(world(), folder / "u.zarr");
    store.write("v", full(shape_t<1>{5}, 1.0));
    EXPECT_EQ(folder.entries(), 2);
  }
  EXPECT_EQ(folder.entries(), 1);
  EXPECT_EQ(files_of(folder / "u.zarr"), before);
  world().barrier();
  {
    global_array<double, 1> large(process_grid<1>(world()), {100000});
    large = 1.0;
    const tessera_test::file_size_limit limit(1000);
    zarr_store store = zarr_store::create(world(), folder / "u.zarr");
    expect_zarr_error([&] { store.write("v", large, {.chunk = {50000}}); },
                      {"cannot write", "File too large"});
    expect_zarr_error([&] { store.commit(); }, {"an earlier step failed"});
  }
  EXPECT_EQ(files_of(folder / "u.zarr"), before);
  EXPECT_EQ(folder.entries(), 1);
}

TEST(zarr_errors, of_names_that_are_no_stores) {
  const scratch folder;
  if (world().rank() == 0) {
    fs::create_directories(folder / "thesis");
    std::ofstream(folder / "thesis/thesis.tex") << "text";
    fs::create_directories(folder / "mixed");
    std::ofstream(folder / "mixed/zarr.json") << bare_group;
    std::ofstream(folder / "mixed/notes.txt") << "text";
    fs::create_directories(folder / "empty");
  }
  const std::string file = folder.file("file", "x");
  const auto create = [&](const std::string& name) {
    return [&, name] { static_cast<void>(zarr_store::create(world(), folder / name)); };
  };
  expect_zarr_error(create("thesis"), {"holds no Zarr store, which would be lost"});
  expect_zarr_error(create("mixed"), {"mixed/notes.txt' is no part of a Zarr store"});
  expect_zarr_error(create("file"), {"it is no folder"});
  expect_zarr_error(create("none/u.zarr"), {"No such file or directory"});
  save_zarr(folder / "empty", global_array<double, 1>(process_grid<1>(world()), {8}));
  EXPECT_EQ(content_of(folder / "thesis/thesis.tex"), "text");
  EXPECT_EQ(folder.entries(), 4);
}

TEST(zarr_errors, of_metadata) {
  const scratch folder;
  const auto refuse = [&](const std::string& text, std::initializer_list<std::string> parts) {
    expect_refused(folder, text, parts);
  };
  refuse("", {"it is no JSON"});
  refuse("{\"zarr_format\":3", {"it is no JSON"});
  refuse("[3]", {"zarr_format"});
  refuse(R"({"zarr_format":2,"node_type":"array"})", {"its zarr_format is 2, and 3 is read here"});
  refuse(R"({"zarr_format":3,"node_type":"tree"})", {"node_type cannot be tree"});
  refuse(std::string(100000, '['), {"nested deeper than 64"});
  refuse(R"({"zarr_format":3,"node_type":"group","crs":1})",
         {"an extension 'crs' that must be understood"});
  refuse(array_with(R"("shape":[-3])"), {"shape cannot be [-3]"});
  refuse(array_with(R"("shape":[3.5])"), {"shape cannot be [3.5]"});
  refuse(array_with(R"("shape":"3")"), {"shape cannot be 3"});
  refuse(array_with(R"("shape":[18446744073709551615])"), {"shape cannot be"});
  refuse(array_with(R"("shape":[3,3])"), {"chunk_shape cannot be [2]"});
  refuse(array_with("", little, R"("chunk_grid":{"name":"rectilinear"})"), {"grid 'rectilinear'"});
  refuse(array_with("", little,
                    R"("chunk_grid":{"name":"regular","configuration":{"chunk_shape":[0]}})"),
         {"chunk_shape cannot be [0]"});
  refuse(array_with(R"("data_type":"string")"), {"type 'string', which is not known here"});
  refuse(array_with(R"("data_type":{"name":"numpy.datetime64"})"), {"'numpy.datetime64'"});
  refuse(array_with(R"("fill_value":"zero")"), {"fill_value zero is no float64"});
  refuse(array_with(R"("data_type":"int8","fill_value":128)"), {"fill_value 128 is no int8"});
  refuse(array_with(R"("fill_value":"0x123456789abcdef01")"), {"fill_value"});
  refuse(array_with(R"("chunk_key_encoding":"suffix")"), {"chunk_key_encoding 'suffix'"});
  refuse(
      array_with(R"("chunk_key_encoding":{"name":"default","configuration":{"separator":"/../"}})"),
      {"separator cannot be /../"});
  refuse(array_with(R"("dimension_names":["x","y"])"), {"dimension_names"});
  refuse(array_with(R"("storage_transformers":[{"name":"cache"}])"),
         {"storage transformer 'cache'"});
  refuse(array_with(R"("attributes":[])"), {"attributes cannot be []"});
}

TEST(zarr_errors, of_codecs) {
  const scratch folder;
  const auto refuse = [&](const std::string& codecs, std::initializer_list<std::string> parts) {
    expect_refused(folder, array_with("", codecs), parts);
  };
  refuse("", {"none of its codecs makes bytes"});
  refuse(little + R"(,{"name":"blosc"})", {"the codec 'blosc', which is not known here"});
  refuse(R"("gzip",)" + little, {"'gzip or zstd' is in the wrong place"});
  refuse(little + "," + little, {"'bytes' is in the wrong place"});
  refuse(R"("bytes")", {"order of bytes cannot be null"});
  refuse(R"({"name":"bytes","configuration":{"endian":"middle"}})", {"cannot be middle"});
  refuse(R"({"name":"transpose","configuration":{"order":[1]}},)" + little, {"order of axes"});
  refuse(R"({"name":"transpose","configuration":{"order":[0,0]}},)" + little, {"order of axes"});
  const auto shards = [&](const std::string& chunk, const std::string& index) {
    return R"({"name":"sharding_indexed","configuration":{"chunk_shape":)" + chunk +
           ",\"codecs\":[" + little + "],\"index_codecs\":[" + index + "]}}";
  };
  refuse(shards("[3]", little), {"chunks of shape (3,) do not divide shards of shape (2,)"});
  refuse(shards("[1]", little + ",\"gzip\""), {"its index of shards is packed"});
  refuse(shards("[1]", ""), {"none of its codecs makes bytes"});
  refuse(shards("null", little), {"chunk_shape cannot be null"});
}

TEST(zarr_errors, of_chunks) {
  const scratch folder;
  const std::string two = bytes_of_doubles({1, 2});
  const std::string plain = array_with("");
  expect_refused(folder, plain, {"odd.zarr/c/0': a chunk has 15 bytes where 16 belong"},
                 {{"c/0", two.substr(1)}});
  expect_refused(folder, plain, {"a chunk has 24 bytes where 16 belong"},
                 {{"c/0", two + bytes_of_doubles({3})}});
  expect_refused(folder, array_with("", little + ",\"gzip\""),
                 {"c/0': a chunk: it cannot be unpacked"}, {{"c/0", two}});
  expect_refused(folder, array_with("", little + ",\"zstd\""), {"it cannot be unpacked (zstd: "},
                 {{"c/0", two}});
  expect_refused(folder, array_with("", little + ",\"crc32c\""), {"does not fit its CRC-32C"},
                 {{"c/0", two + "1234"}});
  expect_refused(folder, array_with("", little + ",\"crc32c\""), {"shorter than its checksum"},
                 {{"c/0", "1"}});
  expect_refused(folder, array_with("", little + ",\"gzip\""), {"takes 1000000"},
                 {{"c/0", std::string(1000000, 'x')}});
  const std::string path = store_of(folder, plain);
  if (world().rank() == 0) {
    std::ofstream(folder / "secret") << two;
    fs::create_symlink(folder / "secret", path + "/c/0");
  }
  world().barrier();
  expect_zarr_error([&] { static_cast<void>(load_zarr<double, 1>(world(), path)); },
                    {"c/0': there is a symbolic link on the way, which is not followed"});
  if (world().rank() == 0) {
    fs::remove_all(path + "/c");
    fs::create_directory_symlink(folder.folder(), path + "/c");
  }
  world().barrier();
  expect_zarr_error([&] { static_cast<void>(load_zarr<double, 1>(world(), path)); },
                    {"there is a symbolic link on the way"});
}

TEST(zarr_errors, of_indexes_of_shards) {
  const scratch folder;
  const std::string metadata =
      array_with("", R"({"name":"sharding_indexed","configuration":{"chunk_shape":[1],"codecs":[)" +
                         little + R"(],"index_codecs":[)" + little + "]}}");
  constexpr std::uint64_t none = ~std::uint64_t{0};
  const std::string two = bytes_of_doubles({1, 2});
  const auto refuse = [&](const std::string& shard, std::initializer_list<std::string> parts) {
    expect_refused(folder, metadata, parts, {{"c/0", shard}});
  };
  refuse("short", {"a shard is shorter than its index"});
  refuse(two + bytes_of_words({0, 8, 1000, 8}), {"chunk 1 lies behind its end"});
  refuse(two + bytes_of_words({0, 8, 8, none - 4}), {"chunk 1 lies behind its end"});
  refuse(two + bytes_of_words({0, 8, none, 8}), {"chunk 1 lies behind its end"});
  refuse(two + bytes_of_words({0, 8, 4, 8}), {"chunk 1 lies where others do"});
  refuse(two + bytes_of_words({0, 8, 20, 8}), {"a chunk lies in the index"});
  refuse(two + bytes_of_words({0, 8, 8, 7}), {"a chunk has 7 bytes where 8 belong"});
  const std::string path =
      store_of(folder, metadata, {{"c/0", two + bytes_of_words({8, 8, none, none})}});
  EXPECT_TRUE(
      array_equal(load_zarr<double, 1>(world(), path).gather_all(), ndarray<double, 1>{2, 0, 0}));
}

TEST(zarr_errors, ask_for_no_more_memory_than_is_plausible) {
  const scratch folder;
  const std::string path = store_of(folder, array_with(R"("shape":[1000000000000000])"),
                                    {{"c/0", std::string(16, '\0')}});
  expect_zarr_error([&] { static_cast<void>(load_zarr<double, 1>(world(), path)); },
                    {"(1000000000000000,) of float64 is more than"});
  zarr_store store = zarr_store::open(world(), path);
  EXPECT_EQ(store.read<double>("/", -1), 0.0);
  // A chunk of a petabyte that is packed in a few bytes.
  const std::string chunk =
      R"("chunk_grid":{"name":"regular","configuration":{"chunk_shape":[100000000000000]}})";
  const std::string packed =
      store_of(folder, array_with("", little + ",\"gzip\"", chunk), {{"c/0", "abc"}});
  expect_zarr_error([&] { static_cast<void>(load_zarr<double, 1>(world(), packed)); },
                    {"is more than half of this machine's memory"});
}

TEST(zarr_errors, stand_in_the_entries) {
  const scratch folder;
  const std::string path = store_of(folder, bare_group);
  if (world().rank() == 0) {
    const auto node = [&](const std::string& name, const std::string& text) {
      fs::create_directory(path + "/" + name);
      std::ofstream(path + "/" + name + "/zarr.json") << text;
    };
    node("bad", "{");
    node("blosc", array_with("", little + ",\"blosc\""));
    node("good", array_with(""));
    node("old", "");
    fs::remove(path + "/old/zarr.json");
    std::ofstream(path + "/old/.zarray") << "{}";
    fs::create_directory_symlink(path, path + "/loop");
  }
  world().barrier();
  const auto entries = zarr_store::open(world(), path).entries();
  ASSERT_EQ(entries.size(), 5U);
  EXPECT_TRUE(entries[0].is_damaged);
  EXPECT_NE(entries[1].refused.find("'blosc'"), std::string::npos);
  EXPECT_FALSE(entries[1].is_damaged);
  EXPECT_EQ(entries[2].refused, "");
  EXPECT_NE(entries[3].refused.find("symbolic link"), std::string::npos);
  EXPECT_NE(entries[4].refused.find("version 2"), std::string::npos);
}
