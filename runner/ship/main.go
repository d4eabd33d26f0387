// Command ship writes what a release has beside its programs, which GoReleaser builds as
// .goreleaser.yaml says:
//
//	ship pages FOLDER VERSION DATE   manual pages, and completion for each shell
//	ship sbom PROGRAM VERSION FILE   what is in a program, as CycloneDX
//	ship npm FOLDER RELEASE          the packages for npm, of the programs in the folder
//	                                 that GoReleaser wrote
//
// Beside it stand the files that bring a release to where it is used: the script that
// installs one, the template for GitLab, the Jenkinsfile, and the package for npm.
package main

import (
	"errors"
	"fmt"
	"os"
)

func main() {
	if err := ship(os.Args[1:]); err != nil {
		fmt.Fprintf(os.Stderr, "ship: %v\n", err)
		os.Exit(1)
	}
}

func ship(args []string) error {
	switch {
	case len(args) == 4 && args[0] == "pages":
		return pages(args[1], args[2], args[3])
	case len(args) == 4 && args[0] == "sbom":
		return sbom(args[1], args[2], args[3])
	case len(args) == 3 && args[0] == "npm":
		return npm(".", args[1], args[2])
	}
	return errors.New("call it with pages FOLDER VERSION DATE, sbom PROGRAM VERSION FILE, or npm FOLDER RELEASE")
}
