package anonymise_test

import "testing"

func BenchmarkBody(b *testing.B) {
	body := []byte(`{"object":"page","entry":[{"id":"104508901353867","time":1767366245000,"messaging":[{"sender":{"id":"5794982867201265"},"recipient":{"id":"104508901353867"},"timestamp":1767366245000,"referral":{"ref":"summer-2026","ad_id":"6302572858686","source":"ADS","type":"OPEN_THREAD","ads_context_data":{"ad_title":"H\u00f6strea p\u00e5 b\u00e5tskor","photo_url":"https:\/\/scontent.xx.fbcdn.net\/v\/t45.1600-4\/120203_n.jpg?stp=cp0_dst-jpg","post_id":"559217392549680"}}}]}]}`)
	a := with(b)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		a.Body(body)
	}
}
