package console_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// tone is a sound of a tenth of a second, as WAV.
func tone() []byte {
	const rate, samples = 8000, 800
	var out bytes.Buffer
	out.WriteString("RIFF")
	write := func(v any) { _ = binary.Write(&out, binary.LittleEndian, v) } // to memory
	write(uint32(36 + samples))
	out.WriteString("WAVEfmt ")
	write([]uint32{16, 1 | 1<<16, rate, rate, 1 | 8<<16}) // PCM, one channel, 8 bits
	out.WriteString("data")
	write(uint32(samples))
	for i := range samples {
		out.WriteByte(byte(128 + 60*(i/10%2)))
	}
	return out.Bytes()
}

// film is a short film, which the browser makes itself.
func film(t *testing.T, browser context.Context) []byte {
	t.Helper()
	page := visit(t, browser, openElsewhere(t).URL)
	text := run[string](t, page, `new Promise((done) => {
		const canvas = Object.assign(document.createElement("canvas"), { width: 64, height: 48 });
		const context = canvas.getContext("2d");
		const recorder = new MediaRecorder(canvas.captureStream(), { mimeType: "video/webm;codecs=vp8" });
		recorder.ondataavailable = async (event) => {
			if (event.data.size === 0) return;
			done(btoa(String.fromCharCode(...new Uint8Array(await event.data.arrayBuffer()))));
		};
		recorder.start();
		let frames = 0;
		const draw = () => {
			context.fillRect(frames, 0, 8, 8);
			if (++frames === 20) recorder.stop();
			else requestAnimationFrame(draw);
		};
		draw();
	})`)
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(data) == 0 {
		t.Fatalf("%d bytes, %v", len(data), err)
	}
	return data
}

// TestMedia: films and sounds come from uploads and from this machine alone, in parts if
// that is asked for, and are nothing else.
func TestMedia(t *testing.T) {
	d := open(t, nil)
	sound := tone()
	shop := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/tone.wav":
			_, _ = w.Write(sound)
		case "/bare.mp3":
			_, _ = w.Write([]byte("\xff\xfb\x90\x64rest"))
		case "/sound.m4a":
			_, _ = w.Write([]byte("\x00\x00\x00\x20ftypM4A \x00\x00\x00\x00"))
		case "/away.mp4":
			http.Redirect(w, r, "http://192.0.2.1/a.mp4", http.StatusFound)
		case "/page.mp4":
			w.Header().Set("Content-Type", "video/mp4")
			_, _ = w.Write([]byte("<!DOCTYPE html><script>alert(1)</script>"))
		case "/text.mp4":
			_, _ = w.Write([]byte("\xff\xfe<\x00s\x00"))
		case "/large.wav":
			_, _ = w.Write(append(sound, make([]byte, 25<<20)...))
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(shop.Close)
	var uploaded struct {
		ID string `json:"attachment_id"`
	}
	d.bot.upload("message_attachments", map[string]string{"message": `{"attachment": {"type": "audio", "payload": {"is_reusable": true}}}`}, sound, &uploaded)
	get := func(source, part string) (*http.Response, []byte) {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, d.console.URL()+"api/v1/media?source="+url.QueryEscape(source), nil)
		if err != nil {
			t.Fatal(err)
		}
		if part != "" {
			r.Header.Set("Range", part)
		}
		answer, err := client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		var body bytes.Buffer
		if _, err := body.ReadFrom(answer.Body); err != nil {
			t.Fatal(err)
		}
		return answer, body.Bytes()
	}
	for source, kind := range map[string]string{uploaded.ID: "audio/wave", shop.URL + "/tone.wav": "audio/wave", shop.URL + "/bare.mp3": "audio/mpeg", shop.URL + "/sound.m4a": "video/mp4"} {
		if answer, body := get(source, ""); answer.StatusCode != 200 || answer.Header.Get("Content-Type") != kind || strings.Contains(kind, "wave") && !bytes.Equal(body, sound) {
			t.Errorf("%s: %d, %v, %d bytes", source, answer.StatusCode, answer.Header, len(body))
		}
	}
	if answer, body := get(uploaded.ID, "bytes=8-11"); answer.StatusCode != 206 || string(body) != "WAVE" || answer.Header.Get("Content-Range") != fmt.Sprintf("bytes 8-11/%d", len(sound)) {
		t.Errorf("a part: %d, %v, %q", answer.StatusCode, answer.Header, body)
	}
	for source, want := range map[string]string{
		shop.URL + "/away.mp4": "nothing else is fetched", "http://192.0.2.1/a.mp4": "nothing else is fetched", shop.URL + "/page.mp4": "no film and no sound",
		shop.URL + "/text.mp4": "no film and no sound", shop.URL + "/large.wav": "more than 25 MiB", shop.URL + "/none": "answers 404", "1": "nothing is known",
	} {
		if answer, body := get(source, ""); answer.StatusCode != 404 || !strings.Contains(string(body), want) {
			t.Errorf("%s: %d %.200s, want %q", source, answer.StatusCode, body, want)
		}
	}
}

// TestFilmsAndSounds: what a bot sends, and what a person does, is played in the thread with
// controls and a name, and what is elsewhere is not fetched.
func TestFilmsAndSounds(t *testing.T) {
	if testing.Short() {
		t.Skip("-short leaves out the browser")
	}
	browser := browse(t)
	moving, sound := film(t, browser), tone()
	files := map[string][]byte{"/boat.webm": moving, "/horn.wav": sound, "/broken.webm": []byte("no film")}
	shop := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if files[r.URL.Path] == nil {
			http.NotFound(w, r)
			return
		}
		_, _ = w.Write(files[r.URL.Path])
	}))
	t.Cleanup(shop.Close)
	mine := filepath.Join(t.TempDir(), "mine.webm")
	if err := os.WriteFile(mine, moving, 0o600); err != nil {
		t.Fatal(err)
	}
	attachment := func(kind, payload string) string {
		return fmt.Sprintf(`"message": {"attachment": {"type": %q, "payload": %s}}`, kind, payload)
	}
	for _, width := range []int64{1280, 390} {
		for _, scheme := range []string{"light", "dark"} {
			t.Run(fmt.Sprintf("%d %s", width, scheme), func(t *testing.T) {
				d := open(t, nil)
				d.person("Ada", "person")
				var uploaded struct {
					ID string `json:"attachment_id"`
				}
				d.bot.upload("message_attachments", map[string]string{"message": `{"attachment": {"type": "video", "payload": {"is_reusable": true}}}`}, moving, &uploaded)
				d.bot.answers = map[string]string{
					"film":    attachment("video", `{"url": "`+shop.URL+`/boat.webm"}`),
					"again":   attachment("video", `{"attachment_id": "`+uploaded.ID+`"}`),
					"horn":    attachment("audio", `{"url": "`+shop.URL+`/horn.wav"}`),
					"broken":  attachment("video", `{"url": "`+shop.URL+`/broken.webm"}`),
					"far":     attachment("video", `{"url": "https://shop.example/far.mp4"}`),
					"card":    attachment("template", `{"template_type": "media", "elements": [{"media_type": "video", "attachment_id": "`+uploaded.ID+`"}]}`),
					"farcard": attachment("template", `{"template_type": "media", "elements": [{"media_type": "video", "url": "https://www.facebook.com/1/videos/2"}]}`),
				}
				b := d.tab(t, browser, width, 800, "conversation/Ada", scheme, true)
				b.narrow = width < 1000
				sends := func(text, what, expression string) {
					t.Helper()
					b.write("#compose", text+kb.Enter)
					b.holds(what, expression)
				}
				ready := func(selector string, n int) string {
					return fmt.Sprintf(`[...document.querySelectorAll(%q)].filter((e) => e.readyState >= 1 && e.controls && e.ariaLabel).length === %d`, selector, n)
				}
				sends("film", "a film at the bot's address", ready(".item:not(.mine) > video.played", 1))
				sends("again", "one that was uploaded", ready(".item:not(.mine) > video.played", 2))
				sends("card", "one of a template", ready(".carousel video.played", 1))
				sends("horn", "a sound", ready("audio.played", 1))
				played := `(async (e) => { e.muted = true; await e.play(); await new Promise((done) => e.addEventListener("ended", done)); return e.currentTime > 0; })(document.querySelector("%s.played"))`
				for _, kind := range []string{"audio", "video"} {
					if !value[bool](b, fmt.Sprintf(played, kind)) {
						t.Errorf("the %s was not played", kind)
					}
				}
				sends("broken", "one that is no film", `[...document.querySelectorAll(".picture")].some((e) => e.innerText.includes("Video that cannot be played") && e.querySelector("a").href.endsWith("/broken.webm"))`)
				sends("far", "one elsewhere is a link", `[...document.querySelectorAll(".item:not(.mine) .bubble a")].some((e) => e.href === "https://shop.example/far.mp4")`)
				sends("farcard", "and so is one of a template", `[...document.querySelectorAll(".carousel .picture a")].some((e) => e.href === "https://www.facebook.com/1/videos/2")`)
				b.press("Attach")
				b.do("choose a film", chromedp.SetUploadFiles(chromedp.CSS("#attached-file"), []string{mine}))
				b.holds("what a person sends", ready(".mine video.played", 1))
				b.holds("nothing is fetched from elsewhere", `performance.getEntriesByType("resource").every((e) => new URL(e.name).origin === location.origin)`)
				b.fits()
			})
		}
	}
}
