<?php
// A receiver in PHP: call.php CLIENT URL prints the status and the body.
// It ends with 77 if the client is not installed.
[, $client, $url] = $argv;
$address = getenv('REFEREE_TEST_ADDRESS');

switch ($client) {
    case 'curl':
        if (!extension_loaded('curl')) {
            exit(77);
        }
        $call = curl_init($url);
        curl_setopt($call, CURLOPT_RETURNTRANSFER, true);
        if ($address !== false) {
            // What a hosts file would do.
            $port = parse_url($url, PHP_URL_PORT);
            curl_setopt($call, CURLOPT_RESOLVE, [parse_url($url, PHP_URL_HOST) . ":$port:$address"]);
        }
        $body = curl_exec($call);
        if ($body === false) {
            fwrite(STDERR, curl_error($call) . "\n");
            exit(1);
        }
        echo curl_getinfo($call, CURLINFO_RESPONSE_CODE), ' ', $body, "\n";
        break;
    case 'streams':
        // Streams cannot be told an address for a name: the name is checked all the same.
        $host = parse_url($url, PHP_URL_HOST);
        $context = stream_context_create([
            'ssl' => ['peer_name' => $host],
            'http' => ['header' => "Host: $host"],
        ]);
        $body = file_get_contents(str_replace($host, $address, $url), false, $context);
        if ($body === false) {
            exit(1);
        }
        echo explode(' ', $http_response_header[0])[1], ' ', $body, "\n";
        break;
    default:
        fwrite(STDERR, "no client $client\n");
        exit(1);
}
