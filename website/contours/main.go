// Command contours writes the site's ground pattern to standard output:
//
//	go run ./website/contours > website/static/contours.svg
package main

import (
	"fmt"
	"os"

	"github.com/mtbwiki/mtbwiki/website/draw"
)

func main() {
	if _, err := fmt.Print(draw.Contours(1200, 720, 12, 22, 11)); err != nil {
		fmt.Fprintln(os.Stderr, "contours:", err)
		os.Exit(1)
	}
}
