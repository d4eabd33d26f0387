package console_test

import (
	"bytes"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/console"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
	"github.com/seed-11445fa1/referee/mockplatform/outbox"
	"github.com/seed-11445fa1/referee/mockplatform/store"
)

// disk is the store of a platform, which can be full.
type disk struct {
	*store.DB
	full, files atomic.Bool // files: for them alone
}

var errFull = errors.New("the disk is full: make room")

func (d *disk) unless(write func() error) error {
	if d.full.Load() {
		return errFull
	}
	return write()
}

func (d *disk) SavePending(p outbox.Pending) error {
	return d.unless(func() error { return d.DB.SavePending(p) })
}

func (d *disk) SaveState(key string, doc []byte) error {
	return d.unless(func() error { return d.DB.SaveState(key, doc) })
}

func (d *disk) SaveFile(id string, about, data []byte, forget ...string) error {
	if d.files.Load() {
		return errFull
	}
	return d.unless(func() error { return d.DB.SaveFile(id, about, data, forget...) })
}

func (d *disk) Clear(keep ...string) error {
	return d.unless(func() error { return d.DB.Clear(keep...) })
}

// journalDisk is the same for the journal.
type journalDisk struct {
	journal.Store
	disk *disk
}

func (j journalDisk) Write(changed []journal.Exchange, first uint64) error {
	return j.disk.unless(func() error { return j.Store.Write(changed, first) })
}

// onDisk gives a platform a store that can be full.
func onDisk(t *testing.T) (d *disk, change func(*mockplatform.Options, *console.Options)) {
	t.Helper()
	db, err := store.Open(filepath.Join(t.TempDir(), "referee.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	d = &disk{DB: db}
	return d, func(o *mockplatform.Options, _ *console.Options) {
		o.Store, o.JournalStore = d, journalDisk{db.Journal(), d}
	}
}

// TestAFullDisk: what could not be kept is not done, and every way of asking says so
// with 507, until there is room again.
func TestAFullDisk(t *testing.T) {
	full, change := onDisk(t)
	d := open(t, change)
	var came atomic.Int32
	receiver := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { came.Add(1) }))
	t.Cleanup(receiver.Close)
	if err := d.platform.SetReceiver(receiver.URL); err != nil {
		t.Fatal(err)
	}
	d.person("Ada", "person")
	var first console.Emitted
	d.call("POST", "api/v1/events", map[string]string{"variant": "message.text", "person": "Ada"}, &first)
	send := func(text string) (status int, answer string) {
		t.Helper()
		p, err := d.platform.Person("Ada")
		if err != nil {
			t.Fatal(err)
		}
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, d.platform.GraphURL()+"/v23.0/me/messages",
			bytes.NewReader([]byte(`{"recipient": {"id": "`+p.PSID+`"}, "message": {"text": "`+text+`"}}`)))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Authorization", "Bearer "+mockplatform.DefaultPageToken)
		a, err := client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer a.Body.Close()
		said, err := io.ReadAll(a.Body)
		if err != nil {
			t.Fatal(err)
		}
		return a.StatusCode, string(said)
	}
	state := func() (s console.Setup) {
		d.call("GET", "api/v1/setup", nil, &s)
		return s
	}
	healthy := func() {
		t.Helper()
		if status, answer := d.raw("GET", "readyz", nil, nil); status != 200 {
			t.Errorf("/readyz: %d %s", status, answer)
		}
		if problem := state().Journal.Error; problem != "" {
			t.Errorf("the setup tells %q", problem)
		}
		if status, answer := send("Hi"); status != 200 {
			t.Errorf("a send: %d %s", status, answer)
		}
	}
	healthy()
	before := came.Load()
	full.full.Store(true)
	// The first that it does not take is enough.
	if status, answer := d.raw("POST", "api/v1/people", []byte(`{"name": "Eve"}`), nil); status != 507 {
		t.Errorf("a person: %d %s", status, answer)
	}
	if status, answer := d.raw("GET", "readyz", nil, nil); status != 507 {
		t.Errorf("/readyz after that: %d %s", status, answer)
	}
	if status, answer := send("refused"); status != 507 || !strings.Contains(answer, "not carried out") || !strings.Contains(answer, errFull.Error()) {
		t.Errorf("a send: %d %s", status, answer)
	}
	for _, request := range [][3]string{
		{"POST", "api/v1/events", `{"variant": "message.text", "person": "Ada"}`},
		{"POST", "api/v1/exchanges/" + number(first.Exchange) + "/resend", `{}`},
		{"POST", "api/v1/people", `{"name": "Grace"}`},
		{"POST", "api/v1/people/Ada/actions", `{"type": "text", "text": "Hi"}`},
		{"PUT", "api/v1/people/Ada/block", `{"blocked": true}`},
		{"PUT", "api/v1/receiver", `{"url": "` + receiver.URL + `", "handshake": false}`},
		{"DELETE", "api/v1/receiver", ``},
		{"POST", "api/v1/files?name=shoe.png", `PNG`},
		{"POST", "api/v1/reset", ``},
		{"GET", "readyz", ``},
	} {
		var body []byte
		if request[2] != "" {
			body = []byte(request[2])
		}
		if status, answer := d.raw(request[0], request[1], body, nil); status != 507 || !strings.Contains(string(answer), errFull.Error()) {
			t.Errorf("%s: %d %s", request, status, answer)
		}
	}
	if problem := state().Journal.Error; !strings.Contains(problem, errFull.Error()) {
		t.Errorf("the setup tells %q", problem)
	}
	if n := came.Load(); n != before {
		t.Errorf("%d deliveries were made all the same", n-before)
	}
	if ada, _ := d.platform.Person("Ada"); ada.Blocked {
		t.Error("Ada has blocked the page all the same")
	}
	full.full.Store(false)
	healthy() // with nothing having come meanwhile that would have tried it
	if status := d.call("POST", "api/v1/events", map[string]string{"variant": "message.text", "person": "Ada"}, nil); status != 200 || came.Load() != before+1 {
		t.Errorf("with room again: %d, %d deliveries", status, came.Load()-before)
	}
	kept, _, err := full.DB.Journal().Load()
	if err != nil {
		t.Fatal(err)
	}
	if len(kept) == 0 || len(kept) != len(d.platform.Journal().Find(func(journal.Exchange) bool { return true })) {
		t.Errorf("%d exchanges are on disk", len(kept))
	}
}

// A file is the first that a full disk does not take, or the journal: it is answered 507,
// and so are the calls of a bot that uploads one.
func TestAFileOnAFullDisk(t *testing.T) {
	full, change := onDisk(t)
	d := open(t, change)
	full.full.Store(true)
	put := func() (int, []byte) {
		return d.raw("POST", "api/v1/files?name=shoe.png", drawing(t), http.Header{"Content-Type": {"image/png"}})
	}
	if status, answer := put(); status != 507 || !strings.Contains(string(answer), errFull.Error()) {
		t.Errorf("%d %s", status, answer)
	}
	full.full.Store(false)
	if status, answer := put(); status != 201 {
		t.Errorf("with room again: %d %s", status, answer)
	}
	// The journal alone.
	full.full.Store(true)
	d.pageSaid("Ada", "not kept")
	if status, answer := put(); status != 507 || !strings.Contains(string(answer), "of the journal are not saved") {
		t.Errorf("after what the journal could not write: %d %s", status, answer)
	}
	full.full.Store(false)
	full.files.Store(true)
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("filedata", "shoe.png")
	if err == nil {
		_, err = part.Write(drawing(t))
	}
	if err = errors.Join(err, form.WriteField("message", `{"attachment": {"type": "image", "payload": {}}}`), form.Close()); err != nil {
		t.Fatal(err)
	}
	answer, err := http.Post(d.platform.GraphURL()+"/me/message_attachments?access_token="+mockplatform.DefaultPageToken, form.FormDataContentType(), &body)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if text, err := io.ReadAll(answer.Body); err != nil || answer.StatusCode != 507 || !strings.Contains(string(text), "the call was not carried out") {
		t.Errorf("an upload: %d %s %v", answer.StatusCode, text, err)
	}
}

// A disk that fills while something is under way keeps nobody from being told.
func TestADiskThatFills(t *testing.T) {
	full, change := onDisk(t)
	d := open(t, change)
	receiver := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { full.full.Store(true) }))
	t.Cleanup(receiver.Close)
	if err := d.platform.SetReceiver(receiver.URL); err != nil {
		t.Fatal(err)
	}
	if status, answer := d.raw("POST", "api/v1/events", []byte(`{"variant": "message.text"}`), nil); status != 507 || !strings.Contains(string(answer), "was sent, but the record of it is not kept") {
		t.Errorf("it filled while the receiver answered: %d %s", status, answer)
	}
}
