import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;

/** A receiver in Java: Call CLIENT URL prints the status and the body. */
public final class Call {
    public static void main(String[] args) throws Exception {
        URI uri = URI.create(args[1]);
        switch (args[0]) {
            case "HttpClient" -> {
                HttpResponse<String> response = HttpClient.newHttpClient()
                        .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
                System.out.println(response.statusCode() + " " + response.body());
            }
            case "HttpURLConnection" -> {
                HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
                byte[] body = connection.getInputStream().readAllBytes();
                System.out.println(connection.getResponseCode() + " " + new String(body, StandardCharsets.UTF_8));
            }
            default -> throw new IllegalArgumentException("no client " + args[0]);
        }
    }
}
