import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** The smallest caller of the Send API in Java, by the JDK's client. */
public class Call {
    public static void main(String[] args) throws Exception {
        HttpRequest call = HttpRequest.newBuilder(URI.create("https://graph.facebook.com/v23.0/me/messages"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString("{\"recipient\":{\"id\":\"1\"},\"message\":{\"text\":\"hello\"}}"))
            .build();
        HttpResponse<String> answer = HttpClient.newHttpClient().send(call, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new Exception(answer.statusCode() + " " + answer.body());
        }
    }
}
