// Elements named by lists of subscripts, by other libraries, where these were found.
#pragma once

#include "lists/hand_subscripts.hpp"

#include <memory>
#include <string>

namespace bench {

class subscript_peer {
public:
  subscript_peer() = default;
  subscript_peer(const subscript_peer&) = delete;
  subscript_peer& operator=(const subscript_peer&) = delete;
  virtual ~subscript_peer() = default;
  [[nodiscard]] virtual std::string name() const = 0;
  virtual void gather() = 0;
  virtual void add() = 0;
};

std::unique_ptr<subscript_peer> make_petsc_subscripts(const subscript_task& task);

} // namespace bench
