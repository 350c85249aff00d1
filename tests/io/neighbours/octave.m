% Octave 7.3, save -hdf5: the axes are reversed, complex numbers are {real, imag}, and every variable
% is a group with its value inside. A range is kept as base, limit and increment.
save_header_format_string("# Octave");
field = [1.5 2 3; 4 5 6.25];
counts = int32([1 2 -3]);
waves = [1+2i, 3-4i];
dt = 0.1;
range = 0:0.25:1;
save("-hdf5", "octave.h5", "field", "counts", "waves", "dt", "range");
save("-text", "octave.txt", "field");
