/// @file
/// The arguments of a node of an expression.
#pragma once

#include <tessera/core/shape.hpp>

#include <utility>

namespace tessera::detail {

/// Nodes held together, or what becomes of them inside a loop. As std::tuple would hold them, at a
/// fraction of its cost in compile time, which every expression in a user's file has to pay; so the
/// usual cases of one and two are written out.
template <class... Items> struct node_list;

template <class A> struct node_list<A> {
  [[no_unique_address]] A first;

  /// Calls `visit` with each item, from left to right.
  template <class Visit> constexpr void each(Visit&& visit) const { visit(first); }
  /// make(done..., f(item)...), the items from left to right.
  template <class F, class Make, class... Done>
  constexpr auto map(F&& f, const Make& make, Done... done) const {
    return make(std::move(done)..., f(first));
  }
  /// f(done..., item(i)...)
  template <class F, class... Done>
  constexpr auto call(const F& f, index_t i, const Done&... done) const {
    return f(done..., first(i));
  }
  /// The nodes' functions of a row, whose leaves start at `rows[First]`.
  template <std::size_t First, bool Simple, class Rows> auto bind(const Rows* rows) const {
    using bound = decltype(first.template bind<First, Simple>(rows));
    return node_list<bound>{first.template bind<First, Simple>(rows)};
  }
};

template <class A, class B> struct node_list<A, B> {
  [[no_unique_address]] A first;
  [[no_unique_address]] B second;

  template <class Visit> constexpr void each(Visit&& visit) const {
    visit(first);
    visit(second);
  }
  template <class F, class Make, class... Done>
  constexpr auto map(F&& f, const Make& make, Done... done) const {
    auto of_first = f(first);
    return make(std::move(done)..., std::move(of_first), f(second));
  }
  template <class F, class... Done>
  constexpr auto call(const F& f, index_t i, const Done&... done) const {
    return f(done..., first(i), second(i));
  }
  template <std::size_t First, bool Simple, class Rows> auto bind(const Rows* rows) const {
    constexpr std::size_t Second = First + A::leaves;
    using bound_first = decltype(first.template bind<First, Simple>(rows));
    using bound_second = decltype(second.template bind<Second, Simple>(rows));
    return node_list<bound_first, bound_second>{first.template bind<First, Simple>(rows),
                                                second.template bind<Second, Simple>(rows)};
  }
};

/// More than two: one, and the rest.
template <class A, class... Rest> struct node_list<A, Rest...> {
  [[no_unique_address]] A first;
  [[no_unique_address]] node_list<Rest...> rest;

  template <class Visit> constexpr void each(Visit&& visit) const {
    visit(first);
    rest.each(visit);
  }
  template <class F, class Make, class... Done>
  constexpr auto map(F&& f, const Make& make, Done... done) const {
    auto of_first = f(first);
    return rest.map(f, make, std::move(done)..., std::move(of_first));
  }
  template <class F, class... Done>
  constexpr auto call(const F& f, index_t i, const Done&... done) const {
    return rest.call(f, i, done..., first(i));
  }
  template <std::size_t First, bool Simple, class Rows> auto bind(const Rows* rows) const {
    return joined(first.template bind<First, Simple>(rows),
                  rest.template bind<First + A::leaves, Simple>(rows));
  }

  template <class Bound, class... Others>
  static node_list<Bound, Others...> joined(Bound bound, node_list<Others...> others) {
    return {std::move(bound), std::move(others)};
  }
};

} // namespace tessera::detail
