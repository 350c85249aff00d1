#include "transfer/under_way.hpp"

#include <tessera/core/error.hpp>

namespace tessera::detail {

thread_local under_way* under_way::first_ = nullptr;

void under_way::link() {
  if (list_ != nullptr) return;
  list_ = &first_;
  next_ = first_;
  if (next_ != nullptr) next_->before_ = this;
  first_ = this;
}

void under_way::unlink() {
  if (list_ == nullptr) return;
  (before_ != nullptr ? before_->next_ : *list_) = next_;
  if (next_ != nullptr) next_->before_ = before_;
  list_ = nullptr;
  next_ = before_ = nullptr;
}

void under_way::check_owner() const {
  if (list_ != &first_)
    throw argument_error("a transfer is finished by another thread than started it");
}

bool under_way::is_alone() const { return first_ == this && next_ == nullptr; }

void under_way::advance_others() const {
  for (under_way* other = first_; other != nullptr; other = other->next_)
    if (other != this) other->take_what_came();
}

} // namespace tessera::detail
