! gfortran 12: list-directed text, whose rows a program chooses; the columns of an array are its rows in
! C's order of axes. Unformatted records have their length before and behind them.
program fortran
  implicit none
  double precision :: field(2, 3)
  integer :: i
  field = reshape([1.5d0, 4d0, 2d0, 5d0, 3d0, 6.25d0], [2, 3])
  open (10, file='fortran.txt')
  do i = 1, 2
    write (10, *) field(i, :)
  end do
  close (10)
  open (10, file='fortran.dat', form='unformatted')
  do i = 1, 2
    write (10) field(i, :)
  end do
  close (10)
end program
