# R 4.2, hdf5r 1.3 and rhdf5 2.42: the axes are reversed, since R keeps columns together.
field <- matrix(c(1.5, 4, 2, 5, 3, 6.25), nrow = 2)
library(hdf5r)
file <- H5File$new("hdf5r.h5", mode = "w")
file[["field"]] <- field
file[["counts"]] <- c(1L, 2L, -3L)
file$close_all()
library(rhdf5)
h5createFile("rhdf5.h5")
h5write(field, "rhdf5.h5", "field")
h5write(c(1L, 2L, -3L), "rhdf5.h5", "counts")
h5closeAll()
