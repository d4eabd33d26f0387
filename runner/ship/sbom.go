package main

import (
	"debug/buildinfo"
	"encoding/base64"
	"fmt"
	"io"
	"strings"

	cyclonedx "github.com/CycloneDX/cyclonedx-go"

	"github.com/seed-11445fa1/referee/runner/report"
)

// sbom writes into a file what is in a program, which is of a version, as Go itself has
// noted it there: the modules with their versions and digests, and Go. Nothing in it tells
// when or where it was written.
func sbom(program, version, file string) error {
	info, err := buildinfo.ReadFile(program)
	if err != nil {
		return fmt.Errorf("%s is no program that Go has built: %w", program, err)
	}
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	qualifiers := fmt.Sprintf("?goarch=%s&goos=%s&type=module", settings["GOARCH"], settings["GOOS"])
	packageURL := func(module, version string) string { return "pkg:golang/" + module + "@" + version + qualifiers }

	bom := cyclonedx.NewBOM()
	referee := packageURL(info.Main.Path, version)
	bom.Metadata = &cyclonedx.Metadata{Component: &cyclonedx.Component{
		BOMRef: referee, PackageURL: referee, Type: cyclonedx.ComponentTypeApplication, Name: info.Main.Path, Version: version,
		Licenses: &cyclonedx.Licenses{{License: &cyclonedx.License{ID: "Apache-2.0"}}},
	}}
	toolchain := strings.TrimPrefix(info.GoVersion, "go")
	std := packageURL("std", toolchain)
	components := []cyclonedx.Component{{BOMRef: std, PackageURL: std, Type: cyclonedx.ComponentTypeLibrary, Name: "std", Version: toolchain}}
	depends := []string{std}
	for _, dep := range info.Deps {
		if dep.Replace != nil {
			dep = dep.Replace
		}
		digest, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(dep.Sum, "h1:"))
		if err != nil || len(digest) == 0 {
			return fmt.Errorf("%s has no digest of %s: build it from modules as go.sum has them", program, dep.Path)
		}
		ref := packageURL(dep.Path, dep.Version)
		components = append(components, cyclonedx.Component{
			BOMRef: ref, PackageURL: ref, Type: cyclonedx.ComponentTypeLibrary, Name: dep.Path, Version: dep.Version, Scope: cyclonedx.ScopeRequired,
			Hashes: &[]cyclonedx.Hash{{Algorithm: cyclonedx.HashAlgoSHA256, Value: fmt.Sprintf("%x", digest)}},
		})
		depends = append(depends, ref)
	}
	bom.Components = &components
	bom.Dependencies = &[]cyclonedx.Dependency{{Ref: referee, Dependencies: &depends}}
	return report.WriteFile(file, func(w io.Writer) error {
		// The newest version that scanners in use read.
		return cyclonedx.NewBOMEncoder(w, cyclonedx.BOMFileFormatJSON).SetPretty(true).SetEscapeHTML(false).EncodeVersion(bom, cyclonedx.SpecVersion1_6)
	})
}
