package discover

import (
	"path"
	"regexp"
	"strings"
)

var goMain = regexp.MustCompile(`(?m)^package main\b`)

// goStart is the package with the program of a project in Go.
func (f *folder) goStart(p *Project) bool {
	if _, ok := f.named("go.mod"); !ok {
		return false
	}
	one, ok := f.main(func(one file) int {
		switch {
		case !goMain.MatchString(one.code) || !strings.Contains(one.code, "func main()"):
			return 0
		case strings.Contains(one.code, "http") || strings.Contains(one.code, "isten"):
			return 3
		}
		return 1
	}, ".go")
	if !ok {
		return false
	}
	at := "."
	if dir := path.Dir(one.name); dir != "." {
		at = word("./" + dir)
	}
	evidence := one.atText("func main()")
	p.slow("it is compiled first")
	return p.starts("go run "+at, evidence)
}

// javaStart is what starts a project in Java: the plugin of Spring Boot, or Gradle's for
// programs.
func (f *folder) javaStart(p *Project) bool {
	if one, ok := f.named("pom.xml"); ok && strings.Contains(one.text, "spring-boot") {
		p.spring(one.atText("spring-boot"))
		return p.starts(f.wrapper("mvnw", "mvn")+" -q spring-boot:run", one.atText("spring-boot"))
	}
	one, ok := f.named("build.gradle", "build.gradle.kts")
	if !ok {
		return false
	}
	task, sign := "run", "application"
	if strings.Contains(one.text, "org.springframework.boot") {
		task, sign = "bootRun", "org.springframework.boot"
		p.spring(one.atText(sign))
	}
	if !strings.Contains(one.text, sign) {
		return false
	}
	p.slow("it is compiled first")
	return p.starts(f.wrapper("gradlew", "gradle")+" -q "+task, one.atText(sign))
}

// spring adds the variable that Spring Boot takes its port from, whatever its properties
// say, unless the project names one.
func (p *Project) spring(evidence string) {
	p.slow("it is compiled first")
	if len(p.Named(Port)) == 0 {
		p.Variables = append(p.Variables, Variable{Name: "SERVER_PORT", Meaning: Port, Evidence: evidence + ", Spring Boot"})
	}
}

// wrapper is the program that the project brings along, or the one of the machine.
func (f *folder) wrapper(own, machine string) string {
	if f.exists(own) {
		return "./" + own
	}
	return machine
}
