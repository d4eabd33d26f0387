package capture

var ErrFull = errFull
