#include <tessera/core/complex.hpp>
#include <tessera/distributed/objects.hpp>

#include "cases.hpp"
#include "message_of.hpp"
#include "messages/ring.hpp"

#include <tessera/core/creation/create.hpp>
#include <tessera/core/reductions/reduce.hpp>
#include <tessera/distributed/transfer/transfer.hpp>

#include <array>
#include <complex>
#include <deque>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <tuple>
#include <unordered_map>
#include <variant>

using namespace tessera_test;

namespace {

struct named_particle {
  int id = 0;
  std::string name;
  std::vector<double> history;

  template <class Archive> void serialize(Archive& archive, unsigned /*version*/) {
    archive& id& name& history;
  }
  friend bool operator==(const named_particle&, const named_particle&) = default;
};

/// The same object goes round by every way of sending.
template <class T> void check_round(const T& object) {
  request sending = isend(world(), object, right(), 3);
  EXPECT_EQ(recv<T>(world(), left(), 3), object);
  sending.wait();
  T into;
  sending = issend(world(), object, right());
  EXPECT_EQ(recv(world(), into, left()).source(), left());
  EXPECT_EQ(into, object);
  sending.wait();
  auto later = irecv<T>(world(), any_source);
  sending = isend(world(), object, right());
  EXPECT_EQ(later.wait(), object);
  sending.wait();
  EXPECT_EQ(sendrecv<T>(world(), object, right(), left()), object);
  T shared = world().rank() == 0 ? object : T();
  bcast(world(), shared, 0);
  EXPECT_EQ(shared, object);
}

std::map<std::string, std::vector<double>> large_map() {
  std::map<std::string, std::vector<double>> map;
  for (int k = 0; k < 2000; ++k) map["key " + std::to_string(k)] = {1.0 * k, 0.5};
  return map;
}

} // namespace

TEST(objects, containers_of_the_standard_library) {
  check_round(std::map<std::string, int>{{"a", 1}, {"b", 2}});
  check_round(std::vector<std::string>{"x", "", "long enough for memory of its own"});
  check_round(std::vector<std::vector<double>>{{1, 2}, {}, {3}});
  check_round(std::vector<bool>{true, false, true});
  check_round(std::pair<int, std::string>{1, "q"});
  check_round(std::set<int>{3, 1});
  check_round(std::list<double>{0.5, -0.0});
  check_round(std::deque<int>{1, 2, 3});
  check_round(std::unordered_map<std::string, std::complex<double>>{{"c", {1, 2}}});
  check_round(std::map<int, std::map<std::string, std::array<double, 3>>>{{1, {{"k", {1, 2, 3}}}}});
  check_round(large_map());
}

TEST(objects, what_boost_does_not_know) {
  check_round(std::tuple<int, std::string, double>{1, "z", 2.5});
  check_round(std::optional<std::string>{"o"});
  check_round(std::optional<std::string>{});
  check_round(std::variant<int, std::string>{"v"});
  check_round(std::variant<std::monostate, int, std::string>{7});
  check_round(std::vector<std::variant<int, std::string>>{1, "two", 3});
}

TEST(objects, types_of_ones_own) {
  check_round(named_particle{3, "p", {1, 2, 3}});
  check_round(std::vector<named_particle>{{1, "a", {}}, {2, "b", {3}}});
  check_round(std::optional<named_particle>{named_particle{5, "c", {}}});
}

TEST(objects, arrays_in_objects) {
  std::map<std::string, ndarray<double, 2>> fields;
  fields["u"] = full<double>({3, 4}, world().rank());
  fields["empty"] = ndarray<double, 2>(shape_t<2>{0, 4});
  request sending = isend(world(), fields, right());
  const auto got = recv<std::map<std::string, ndarray<double, 2>>>(world(), left());
  sending.wait();
  EXPECT_TRUE(array_equal(got.at("u"), full<double>({3, 4}, left())));
  EXPECT_EQ(got.at("empty").shape(), (shape_t<2>{0, 4}));
}

TEST(objects, pointers_keep_what_they_share) {
  const auto one = std::make_shared<named_particle>(named_particle{4, "s", {}});
  const std::vector<std::shared_ptr<named_particle>> twice{one, one};
  request sending = isend(world(), twice, right());
  const auto got = recv<std::vector<std::shared_ptr<named_particle>>>(world(), left());
  sending.wait();
  EXPECT_EQ(*got[0], *one);
  EXPECT_EQ(got[0], got[1]);
}

TEST(objects, in_pieces) {
  const index_t before = transfer_plan::piece_bytes();
  transfer_plan::set_piece_bytes(1000);
  check_round(large_map());
  world().barrier();
  transfer_plan::set_piece_bytes(before);
}

TEST(objects, are_not_arrays) {
  const std::map<int, int> map{{1, 2}};
  const int me = world().rank();
  send(world(), map, me);
  EXPECT_NE(message_of<argument_error>([&] {
              (void)recv<std::string>(world(), me);
            }).find("sent an object"),
            std::string::npos);
  send(world(), map, me);
  EXPECT_NE(message_of<argument_error>([&] {
              (void)recv<double, 2>(world(), me);
            }).find("sent an object"),
            std::string::npos);
  send(world(), std::vector<int>{1, 2}, me);
  EXPECT_NE(message_of<argument_error>([&] {
              (void)recv<std::map<int, int>>(world(), me);
            }).find("asks for an object"),
            std::string::npos);
  send(world(), map, me);
  EXPECT_NE(message_of<argument_error>([&] {
              (void)recv<std::map<int, std::string>>(world(), me);
            }).find("of another type"),
            std::string::npos);
  send(world(), full<double>({40, 50}, 1.0), me);
  EXPECT_NE(message_of<argument_error>([&] {
              (void)recv<named_particle>(world(), me);
            }).find("sent float64 (40, 50)"),
            std::string::npos);
  send(world(), map, me); // nothing is left of these
  EXPECT_EQ((recv<std::map<int, int>>(world(), me)), map);
}

TEST(objects, one_of_each_rank) {
  const int me = world().rank();
  const int n = world().size();
  const int root = n - 1;
  const std::vector<std::string> texts =
      gather(world(), std::string(static_cast<std::size_t>(me), 'x'), root);
  ASSERT_EQ(texts.size(), me == root ? static_cast<std::size_t>(n) : 0U);
  for (std::size_t r = 0; r < texts.size(); ++r) EXPECT_EQ(texts[r], std::string(r, 'x'));
  const auto maps = allgather(world(), std::map<int, std::string>{{me, "a"}});
  for (int r = 0; r < n; ++r) EXPECT_EQ(maps[static_cast<std::size_t>(r)].count(r), 1U);
  std::vector<std::string> each;
  for (int r = 0; r < n; ++r) each.push_back(std::to_string(me) + " to " + std::to_string(r));
  EXPECT_EQ(scatter(world(), each, root), std::to_string(root) + " to " + std::to_string(me));
  const auto from = alltoall(world(), each);
  for (int r = 0; r < n; ++r)
    EXPECT_EQ(from[static_cast<std::size_t>(r)], std::to_string(r) + " to " + std::to_string(me));
  if (me == 0) each.pop_back();
  if (n == 1) {
    EXPECT_NE(message_of<argument_error>([&] {
                (void)scatter(world(), each, 0);
              }).find("0 values for 1 ranks"),
              std::string::npos);
  }
}

TEST(objects, are_combined_in_the_order_of_the_ranks) {
  const std::string mine(1, static_cast<char>('a' + world().rank()));
  const auto join = [](const std::string& a, const std::string& b) { return a + b; };
  const std::string whole =
      std::string("abcdefghijklmnop").substr(0, static_cast<std::size_t>(world().size()));
  EXPECT_EQ(allreduce(world(), mine, join), whole);
  EXPECT_EQ(scan(world(), mine, join),
            whole.substr(0, static_cast<std::size_t>(world().rank()) + 1));
  const std::string at_root = reduce(world(), mine, join, 0);
  EXPECT_EQ(at_root, world().rank() == 0 ? whole : mine);
  const std::map<int, int> own{{world().rank(), 1}};
  const auto merge = [](std::map<int, int> a, const std::map<int, int>& b) {
    a.insert(b.begin(), b.end());
    return a;
  };
  EXPECT_EQ(allreduce(world(), own, merge).size(), static_cast<std::size_t>(world().size()));
}

/// What is sent to oneself and received into `into`.
template <class T> T received_into(const T& sent, T into) {
  request sending = isend(world(), sent, world().rank(), 6);
  recv(world(), into, world().rank(), 6);
  sending.wait();
  return into;
}

TEST(objects, maps_that_hold_something_already) {
  using map = std::map<int, std::string>;
  const map sent{{1, "one"}, {3, "three"}, {4, "four"}, {9, std::string(500, 'x')}};
  for (const map& before :
       {map{}, sent, map{{0, "zero"}, {2, "two"}, {3, "other"}, {10, "ten"}}, map{{-5, ""}},
        map{{1, "1"}, {2, "2"}, {3, "3"}, {4, "4"}, {5, "5"}, {9, "9"}}})
    EXPECT_EQ(received_into(sent, before), sent);
  EXPECT_EQ(received_into(map{}, sent), map{});
  using downwards = std::map<std::string, std::map<int, double>, std::greater<>>;
  const downwards nested{{"b", {{1, 0.5}, {2, 1.5}}}, {"a", {}}};
  EXPECT_EQ(received_into(nested, downwards{{"c", {}}, {"b", {{0, 1}, {2, 7.0}}}}), nested);
  using table = std::unordered_map<std::string, std::vector<int>>;
  const table hashed{{"x", {1, 2}}, {"y", {}}};
  EXPECT_EQ(received_into(hashed, table{{"z", {3}}, {"x", {4, 5, 6}}}), hashed);
}

TEST(objects, from_nobody_they_stay_as_they_are) {
  std::map<int, int> kept{{1, 2}};
  EXPECT_EQ(recv(world(), kept, no_rank).source(), no_rank);
  EXPECT_EQ(kept, (std::map<int, int>{{1, 2}}));
}
