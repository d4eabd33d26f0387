<?php
// The smallest caller of the Send API in PHP, by the extension curl.
$call = curl_init('https://graph.facebook.com/v23.0/me/messages');
curl_setopt_array($call, [
    CURLOPT_POSTFIELDS => '{"recipient":{"id":"1"},"message":{"text":"hello"}}',
    CURLOPT_HTTPHEADER => ['Content-Type: application/json'],
    CURLOPT_RETURNTRANSFER => true,
    CURLOPT_FAILONERROR => true,
]);
if (curl_exec($call) === false) {
    fwrite(STDERR, curl_error($call) . "\n");
    exit(1);
}
