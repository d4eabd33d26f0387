// Command site writes the pages about the catalogue and the requirements into a folder:
// go run ./runner/cmd/site FOLDER. `make site` calls it.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/seed-11445fa1/referee/runner/site"
	"github.com/seed-11445fa1/referee/runner/site/static"
)

func main() {
	if err := write(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "site:", err)
		os.Exit(1)
	}
}

func write(args []string) error {
	if len(args) < 1 || len(args) > 2 {
		return fmt.Errorf("usage: site FOLDER [VERSION], not %q", args)
	}
	o := site.Options{InPage: true}
	if len(args) == 2 {
		o.Version = args[1]
	}
	s, err := site.New(o)
	if err != nil {
		return err
	}
	tools, err := static.Build(context.Background())
	if err != nil {
		return err
	}
	files, size, err := static.Write(args[0], s, tools)
	if err != nil {
		return err
	}
	fmt.Printf("wrote %d files into %s, %.1f MB, of which the tools are %.2f MB\n", files, args[0], float64(size)/1e6, float64(len(tools.Program))/1e6)
	return nil
}
