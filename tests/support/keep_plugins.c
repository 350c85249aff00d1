// Takes the place of the C library's function in programs built with a sanitizer, so that plugins
// stay loaded until the leak check has named their functions.
int dlclose(void* handle);

int dlclose(void* handle) {
  (void)handle;
  return 0;
}
