#include <tessera/distributed/global_array.hpp>

namespace tessera {

template class global_array<double, 1>;
template class global_array<double, 2>;
template class global_array<double, 3>;
template class global_array<float, 1>;
template class global_array<float, 2>;
template class global_array<float, 3>;

} // namespace tessera
