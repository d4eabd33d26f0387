package trace

import (
	"slices"
	"strings"
)

// foreign are parts of the paths where code lies that the receiver's people did not
// write.
var foreign = []string{
	"/node_modules/", "/site-packages/", "/dist-packages/", "/lib/python", "/vendor/", "/pkg/mod/",
	"/gems/", "/lib/ruby/", "/usr/lib/", "/usr/share/php", "/.yarn/", "/.pnp.", "/.venv/lib/",
}

// foreignStarts are the beginnings of names that are no files of anybody's.
var foreignStarts = []string{
	"node:", "internal/", "bun:", "ext:", "https://", "http://", "phar://", "<", "(", "[", "native",
}

// ownFile reports whether a file is the receiver's own, as far as its path tells.
func ownFile(file string) bool {
	file = strings.ReplaceAll(file, `\`, "/")
	for _, start := range foreignStarts {
		if strings.HasPrefix(file, start) {
			return false
		}
	}
	inside := "/" + strings.TrimPrefix(file, "/")
	return file != "" && !slices.ContainsFunc(foreign, func(part string) bool { return strings.Contains(inside, part) })
}

// standardGo are the first words of the packages of Go's own library.
var standardGo = strings.Fields(`archive bufio bytes cmp compress container context crypto database debug embed
	encoding errors expvar flag fmt hash html image index internal io iter log maps math mime net os path plugin
	reflect regexp runtime slices sort strconv strings sync syscall testing text time unicode unique unsafe vendor weak`)

// ownGo reports whether a function of Go's is the receiver's own. A path alone does
// not tell: the language may lie anywhere, and programs may be built without paths.
func ownGo(function, file string) bool {
	first, _, _ := strings.Cut(function, "/")
	first, _, _ = strings.Cut(first, ".")
	return !slices.Contains(standardGo, first) && ownFile(file) && !strings.Contains(file, "@v")
}

// foreignJava are the beginnings of packages that are the language's, or libraries
// that receivers are built with.
var foreignJava = strings.Fields(`java. javax. jakarta. jdk. sun. com.sun. kotlin. kotlinx. scala. groovy. org.springframework.
	org.apache. org.eclipse. org.jboss. org.hibernate. org.glassfish. org.slf4j. org.codehaus. org.json. io.netty. io.undertow.
	io.vertx. io.micronaut. io.quarkus. io.ktor. io.javalin. io.dropwizard. io.helidon. io.projectreactor. reactor. rx. io.reactivex.
	com.fasterxml. com.google. com.zaxxer. com.restfb. okhttp3. retrofit2. ch.qos. play. akka. spark. ratpack.`)

// ownJava reports whether a method of Java's is the receiver's own.
func ownJava(method string) bool {
	return !slices.ContainsFunc(foreignJava, func(start string) bool { return strings.HasPrefix(method, start) })
}
