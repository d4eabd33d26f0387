package document

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Announcement is an item of a changelog.
type Announcement struct {
	// ID tells it from all others of its feed.
	ID    string
	Title string
	Link  string
	// Date is its day, as "2006-01-02"; empty if it names none that can be read.
	Date string
	// Text is its description, without mark-up.
	Text string
}

// Feed reads a changelog as RSS 2.0.
func Feed(source []byte) ([]Announcement, error) {
	var feed struct {
		XMLName xml.Name `xml:"rss"`
		Items   []struct {
			GUID        string `xml:"guid"`
			Title       string `xml:"title"`
			Link        string `xml:"link"`
			Date        string `xml:"pubDate"`
			Description string `xml:"description"`
			Content     string `xml:"http://purl.org/rss/1.0/modules/content/ encoded"`
		} `xml:"channel>item"`
	}
	if err := xml.NewDecoder(bytes.NewReader(source)).Decode(&feed); err != nil {
		return nil, fmt.Errorf("it is no RSS: %w", err)
	}
	if len(feed.Items) == 0 {
		return nil, errors.New("its RSS has no item")
	}
	var all []Announcement
	for _, item := range feed.Items {
		a := Announcement{
			Title: oneLine(item.Title), Link: strings.TrimSpace(item.Link), Date: dayOf(item.Date),
			Text: oneLine(htmlText(item.Description + " " + item.Content)),
		}
		a.ID = cmp.Or(strings.TrimSpace(item.GUID), a.Link, a.Date+" "+a.Title)
		all = append(all, a)
	}
	return all, nil
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// dayOf reads the date of an item.
func dayOf(text string) string {
	text = strings.TrimSpace(text)
	for _, form := range []string{time.RFC1123Z, time.RFC1123, "Mon, 2 Jan 2006 15:04:05 -0700", "Mon, 2 Jan 2006 15:04:05 MST", time.RFC3339} {
		if t, err := time.Parse(form, text); err == nil {
			return t.UTC().Format(time.DateOnly)
		}
	}
	found, _ := day(text)
	return found
}
