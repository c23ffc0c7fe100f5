package postgres

import "syscall"

// dieWithParent makes the kernel ask the server for a fast shutdown when this
// program dies without stopping it.
func dieWithParent(attr *syscall.SysProcAttr) { attr.Pdeathsig = syscall.SIGINT }
