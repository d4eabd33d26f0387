<?php
// The smallest caller of the Send API in PHP, by its streams.
$answer = file_get_contents('https://graph.facebook.com/v23.0/me/messages', false, stream_context_create(['http' => [
    'method' => 'POST',
    'header' => 'Content-Type: application/json',
    'content' => '{"recipient":{"id":"1"},"message":{"text":"hello"}}',
]]));
exit($answer === false ? 1 : 0);
