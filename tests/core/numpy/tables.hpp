#pragma once

int print_slices();
int print_promotion();
int sum_all(const char* cases, const char* results);
