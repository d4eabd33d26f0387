package discover

import (
	"path"
	"regexp"
	"strings"
)

var sinatra = regexp.MustCompile(`(?m)^require ["']sinatra["']|Rack::Handler|WEBrick`)

// rubyStart is what starts a project in Ruby: Rails, Rack, or a file that serves.
func (f *folder) rubyStart(p *Project) bool {
	bundle := ""
	if _, ok := f.named("Gemfile"); ok {
		bundle = "bundle exec "
	}
	if f.exists("bin/rails") {
		return p.starts("bin/rails server -p $PORT", "bin/rails")
	}
	if one, ok := f.named("config.ru"); ok {
		return p.starts(bundle+"rackup -p $PORT", one.name)
	}
	one, ok := f.main(func(one file) int { return 2 * len(sinatra.FindString(one.code)) }, ".rb")
	if !ok {
		return false
	}
	return p.starts(bundle+"ruby "+word(one.name), one.atText(sinatra.FindString(one.code)))
}

// phpStart is PHP's own server, before the file that all requests go to, or Laravel's.
func (f *folder) phpStart(p *Project) bool {
	if one, ok := f.named("composer.json"); ok && !f.exists("vendor/autoload.php") && strings.Contains(one.text, `"require"`) {
		f.note("its packages are not installed: there is no vendor/autoload.php; run `composer install` first")
	}
	if one, ok := f.named("artisan"); ok {
		return p.starts("php artisan serve --port=$PORT", one.name)
	}
	if one, ok := f.named("public/index.php", "web/index.php"); ok {
		return p.starts("php -S 127.0.0.1:$PORT -t "+path.Dir(one.name)+" "+one.name, one.name)
	}
	if one, ok := f.phpWebhook(); ok {
		return p.starts("php -S 127.0.0.1:$PORT", one.name)
	}
	return false
}

// phpWebhook is a file that is called by its own name, without routes.
func (f *folder) phpWebhook() (file, bool) {
	return f.main(func(one file) int {
		if hub.MatchString(one.code) && !strings.HasPrefix(one.name, "app/") && !strings.HasPrefix(one.name, "src/") {
			return 2
		}
		return 0
	}, ".php")
}
