// Package load sends a receiver events at the pace of a campaign, every one unique, valid
// and signed, and accounts for every one of them.
//
// The way of an event:
//
//	series.Series ─ Filler.Fill ▶ body, signatures ─ sender.send ▶ one write on a connection
//	that is kept ─ answer ▶ latency from the planned instant, status ▶ stats
//	    ▶ account: acknowledged
//	a message or a receipt at the platform ─ Load.Handled ▶ account: handled
//	account, stats ▶ Result ▶ assertions; while it goes on, Meter ▶ Prometheus
//
// In the open model deliveries have planned instants, and a receiver that is slow does not
// slow them down: latency counts from the planned instant, so that what waits for a free
// connection is not left out, and what could not be started within a second of it is
// dropped and counted. In the closed model each connection sends its next delivery when
// the one before was answered.
//
// A receiver that Referee started is started again whenever it ends.
//
// Memory is bounded but for four bits an event.
//
// Several machines send one load, each a part of a series that is the same on all, and
// collectors take what comes back:
//
//	Load.Run ▶ Result: its Part of the series, and a Tally of its events ─┐
//	another engine ▶ Result: its Part; POST /_referee/load ▶ Collector    ├▶ Merge ▶ Sum
//	messages, receipts ▶ Collector.Handled ▶ Result: a Tally             ─┘
//
// Merge looks at each event in all tallies, one block after the other: its memory does not
// grow with their number.
//
// # Past this machine
//
// What an event costs, measured as processor time on one core of a small virtual machine
// (x86-64, Linux 6), with deliveries of the default mix:
//
//	sender, one event a delivery   15 µs (10 of them in the kernel), 730 bytes sent, 40 read
//	sender, ten events a delivery  2.5 µs an event
//	k6, one event a delivery       300 µs
//	platform, a message or receipt 170 µs: its JSON is validated, and the journal has it
//	account                        4 bits an event, at the sender and at each collector
//	connections                    rate × latency: 100 for each 1,000 deliveries a second
//	                               that take 100 ms; each is one file descriptor
//
// So, of one event a delivery, a receiver that answers in 100 ms, and one message an event:
//
//	events a second          10,000       100,000          1,000,000
//	sender, cores            0.15         1.5              15
//	  with ten a delivery    0.03         0.25             2.5
//	  or k6, one a delivery  3            30               300
//	network, bits a second   60 million   600 million      6 billion
//	connections              1,000        10,000           100,000
//	platform, cores          1.7          17               170
//	account of an hour       18 MB        180 MB           1.8 GB
//
// What breaks first, and what to do then:
//
//   - 10,000: the two cores that sender, platform and receiver share here. A machine for the
//     receiver and one for Referee; nothing else.
//   - 100,000: the platform, which costs ten times what the sender does. Collectors of their
//     own (load --collect), of which each takes a share of the calls, and receipts in place
//     of messages, or a bot that answers a part. Next the limit of files: 10,000
//     connections are more than the 1,024 that many systems allow, and Go raises the limit
//     as far as the hard one.
//   - 1,000,000: ports. One address has about 28,000 for connections to another, so
//     that 100,000 connections take four addresses of senders, or answers within 25 ms. Several
//     instances (load --k6), each on a machine of its own; a network of 10 Gbit/s; batches,
//     which Meta sends too when it is behind. The platform is the largest part of the bill.
//
// Adding up the accounts of many machines (load merge) takes 60 ns of one core for an event,
// and 5 more for each collector: 4 minutes for an hour of 1,000,000 a second. It reads the
// results, and needs 1 MB beside them. A result has 5 bytes for 1,000 events where all of
// them fare alike, and 200 where two collectors get them as it comes.
package load
