#include "hdf5/wrappers/hdf5_calls.hpp"

#include <mutex>
#include <vector>

namespace tessera::detail {

namespace {

std::recursive_mutex& lock_of_hdf5() {
  static auto* const mutex = new std::recursive_mutex;
  return *mutex;
}

/// Of the thread that holds the lock: how often, and how the program wants errors to be printed.
int times_held = 0;
H5E_auto2_t print_errors = nullptr;
void* print_context = nullptr;
bool is_silenced = false;

herr_t collect(unsigned /*depth*/, const H5E_error2_t* entry, void* causes) {
  auto& texts = *static_cast<std::vector<std::string>*>(causes);
  if (entry->desc != nullptr && *entry->desc != '\0') texts.emplace_back(entry->desc);
  return 0;
}

std::string one_line(std::string text) {
  for (char& c : text)
    if (static_cast<unsigned char>(c) < ' ') c = ' ';
  return text;
}

std::string reason_of_stack() {
  std::vector<std::string> causes; // the innermost first
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, collect, &causes);
  if (causes.empty()) return "";
  std::string text = causes.front();
  if (causes.size() > 1) text += " (" + causes[1] + ")";
  return one_line(text);
}

/// Of a failure whose call is over.
std::string& last_reason() {
  thread_local std::string reason;
  return reason;
}

} // namespace

hdf5_lock::hdf5_lock() {
  lock_of_hdf5().lock();
  if (times_held++ > 0) return;
  is_silenced = H5Eget_auto2(H5E_DEFAULT, &print_errors, &print_context) >= 0 &&
                H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr) >= 0;
}

hdf5_lock::~hdf5_lock() {
  if (--times_held == 0) {
    // Setting what is printed forgets the errors.
    if (H5Eget_num(H5E_DEFAULT) > 0) last_reason() = reason_of_stack();
    if (is_silenced) H5Eset_auto2(H5E_DEFAULT, print_errors, print_context);
  }
  lock_of_hdf5().unlock();
}

std::string hdf5_reason() {
  std::string reason;
  {
    lock_of_hdf5().lock();
    if (times_held > 0) reason = reason_of_stack();
    lock_of_hdf5().unlock();
  }
  if (reason.empty()) reason = last_reason();
  return reason.empty() ? "HDF5 gives no reason" : reason;
}

} // namespace tessera::detail
