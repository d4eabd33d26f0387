package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/runner/internal/suttest"
)

// snapshot is the version of the release that TestCheckRelease makes up.
const snapshot = "v0.0.1-gabc"

// played stand for the programs that check-release calls and not every machine has. The
// images of docker are in the file images, of which it writes a protocol.
var played = map[string]string{
	"dpkg-deb": `cat "$2"`,
	"rpm":      `for file; do :; done; cat "$file"`,
	"docker": `echo "$@" >>"$IMAGES.told"
case $1 in
buildx) ;;
images) pattern=${5#reference=}; while read -r image; do case $image in ($pattern) echo "$image" ;; esac; done <"$IMAGES" ;;
esac`,
}

// TestCheckRelease has check-release look at releases that are made up: one that is as it
// has to be, and others, each of which lacks something.
func TestCheckRelease(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"bash", "git", "make", "tar", "unzip", "sha256sum"} {
		suttest.Require(t, name, func() error {
			_, err := exec.LookPath(name)
			return err
		})
	}
	const repository = "ghcr.io/seed-11445fa1/referee:"
	for name, test := range map[string]struct {
		lacks  string   // a file of the release, or FILE:NAME for one in an archive or a list
		does   string   // what the program does
		images []string // besides those of the release
		fails  string
	}{
		"right":                       {images: []string{repository + "v0.0.9", repository + "latest"}},
		"no program for Linux":        {lacks: "referee_linux_arm64.tar.gz:referee", fails: "referee is missing in referee_linux_arm64.tar.gz"},
		"no program for Windows":      {lacks: "referee_windows_amd64.zip:referee.exe", fails: "referee.exe is missing in referee_windows_amd64.zip"},
		"no page in a deb":            {lacks: "referee_linux_amd64.deb:./usr/share/man/man1/referee-run.1", fails: "/usr/share/man/man1/referee-run.1 is missing in referee_linux_amd64.deb"},
		"no program in an rpm":        {lacks: "referee_linux_arm64.rpm:/usr/bin/referee", fails: "/usr/bin/referee is missing in referee_linux_arm64.rpm"},
		"no program for npm":          {lacks: "../npm/win32-arm64/bin/referee.exe", fails: "win32-arm64/bin/referee.exe is missing in out/npm"},
		"a program of another commit": {does: "echo referee v0.0.0 go1", fails: "says that it is referee v0.0.0 go1, and not " + snapshot},
		"a program that does not run": {does: "exit 1", fails: "does not run"},
		"no archive":                  {lacks: "referee_darwin_arm64.tar.gz", fails: "and has to have"},
		"images of others alone":      {images: []string{repository + "v0.0.9"}, lacks: "images", fails: "there are 0 images of " + snapshot},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			does := test.does
			if does == "" {
				does = "echo referee " + snapshot + " go1.26 linux/amd64"
			}
			files := madeUp(t, "#!/bin/sh\n"+does+"\n", test.lacks)
			for name, text := range files {
				write(t, filepath.Join(folder, "release", filepath.FromSlash(name)), text)
			}
			for name, does := range played {
				write(t, filepath.Join(folder, "bin", name), "#!/bin/sh\n"+does+"\n")
			}
			images := slices.Clone(test.images)
			if test.lacks != "images" {
				images = append(images, repository+snapshot+"-amd64", repository+snapshot+"-arm64")
			}
			told := filepath.Join(folder, "images.told")
			write(t, filepath.Join(folder, "images"), strings.Join(images, "\n")+"\n")
			write(t, filepath.Join(folder, "project", ".ci", "check-release"), read(t, filepath.Join(project, ".ci", "check-release")))
			// The script changes while it runs: that has to be all the same.
			write(t, filepath.Join(folder, "project", "Makefile"), "release:\n\tmkdir out\n\tcp -R '"+filepath.Join(folder, "release")+"/.' out/\n\techo >'"+filepath.Join(folder, "project", ".ci", "check-release")+"'\n")
			code, printed := interpreted(t, []string{"bash"}, filepath.Join(folder, "project"),
				"git init -q . && git add . && git -c user.name=a -c user.email=a@b.example commit -qm a && .ci/check-release",
				"PATH="+filepath.Join(folder, "bin")+":"+os.Getenv("PATH"), "GORELEASER=true", "IMAGES="+filepath.Join(folder, "images"), "GOCACHE="+folder)
			expected, failed := test.fails, 1
			if expected == "" {
				expected, failed = snapshot+" runs, and the same commit gives the same 17 files", 0
			}
			if code != failed || !strings.Contains(printed, expected) {
				t.Errorf("exit code %d, and it has to say %q: %s", code, expected, printed)
			}
			for line := range strings.Lines(read(t, told)) {
				if strings.HasPrefix(line, "rmi ") && (strings.Contains(line, "v0.0.9") || strings.Contains(line, "latest")) {
					t.Errorf("it removes images that it did not build: docker %s", line)
				}
			}
		})
	}
}

// madeUp are the files of a folder out with a release, in which the program is a script.
func madeUp(t *testing.T, program, lacks string) map[string]string {
	t.Helper()
	files := map[string]string{
		"release/metadata.json":             `{"project_name":"referee","version":"` + strings.TrimPrefix(snapshot, "v") + `","commit":"abc"}`,
		"release/homebrew/Casks/referee.rb": `manpage "man/referee-run.1"` + "\n" + `bash_completion "completion/referee.bash"`,
		"npm/referee/package.json":          "{}", "npm/referee/referee.js": "", "npm/referee/README.md": "", "npm/referee/LICENSE": "",
	}
	in := func(file string, names ...string) []string {
		return slices.DeleteFunc(names, func(name string) bool { return file+":"+name == lacks })
	}
	for _, goos := range []string{"linux", "darwin", "windows"} {
		for _, arch := range []string{"amd64", "arm64"} {
			name, exe, platform := "referee_"+goos+"_"+arch, "referee", strings.Replace(goos, "windows", "win32", 1)+"-"+strings.Replace(arch, "amd64", "x64", 1)
			beside := []string{"LICENSE", "README.md", "CHANGELOG.md", "man/referee-run.1", "completion/referee.bash"}
			if goos == "windows" {
				exe = "referee.exe"
				files["release/"+name+".zip"] = zipped(t, in(name+".zip", append(beside, exe)...))
			} else {
				files["release/"+name+".tar.gz"] = gzipped(t, tarred(t, in(name+".tar.gz", append(beside, exe)...), program))
			}
			files["release/"+name+".cdx.json"] = "CycloneDX pkg:golang/github.com/spf13/cobra@v1"
			files["npm/"+platform+"/package.json"], files["npm/"+platform+"/LICENSE"], files["npm/"+platform+"/bin/"+exe] = "{}", "", program
			if goos != "linux" {
				continue
			}
			packed := []string{"/usr/bin/referee", "/usr/share/man/man1/referee-run.1", "/usr/share/bash-completion/completions/referee", "/usr/share/fish/vendor_completions.d/referee.fish"}
			var inDeb []string
			for _, file := range append(packed, "/usr/share/zsh/vendor-completions/_referee") {
				inDeb = append(inDeb, "."+file)
			}
			files["release/"+name+".deb"] = tarred(t, in(name+".deb", inDeb...), program)
			files["release/"+name+".rpm"] = strings.Join(in(name+".rpm", append(packed, "/usr/share/zsh/site-functions/_referee")...), "\n")
		}
	}
	delete(files, path.Join("release", lacks))
	sums := fmt.Sprintf("%x  install.sh\n", sha256.Sum256(nil))
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if dir, file := path.Split(name); dir == "release/" && file != "metadata.json" {
			sums += fmt.Sprintf("%x  %s\n", sha256.Sum256([]byte(files[name])), file)
		}
	}
	files["release/checksums.txt"] = sums
	return files
}

func tarred(t *testing.T, names []string, text string) string {
	t.Helper()
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, name := range names {
		err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o755, Size: int64(len(text))})
		_, writing := w.Write([]byte(text))
		if err := errors.Join(err, writing); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func gzipped(t *testing.T, text string) string {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, err := w.Write([]byte(text))
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func zipped(t *testing.T, names []string) string {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, name := range names {
		if _, err := w.Create(name); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// write writes a file that may be run, and the folders above it.
func write(t *testing.T, name, text string) {
	t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o700), os.WriteFile(name, []byte(text), 0o700)); err != nil {
		t.Fatal(err)
	}
}
