// pgjdbc: logs in with a token, at a name that need not be resolved, and says who it is.
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.util.Properties;
import javax.net.SocketFactory;

public class Login {
    /** What a line in the file of hosts does. */
    public static class ToLoopback extends SocketFactory {
        public Socket createSocket() {
            return new Socket() {
                @Override
                public void connect(SocketAddress address, int timeout) throws IOException {
                    int port = ((InetSocketAddress) address).getPort();
                    super.connect(new InetSocketAddress("127.0.0.1", port), timeout);
                }
            };
        }

        public Socket createSocket(String host, int port) throws IOException {
            return new Socket("127.0.0.1", port);
        }

        public Socket createSocket(String host, int port, InetAddress from, int fromPort) throws IOException {
            return createSocket(host, port);
        }

        public Socket createSocket(InetAddress host, int port) throws IOException {
            return createSocket("", port);
        }

        public Socket createSocket(InetAddress host, int port, InetAddress from, int fromPort) throws IOException {
            return createSocket("", port);
        }
    }

    public static void main(String[] arguments) throws Exception {
        Properties settings = new Properties();
        settings.put("user", "admin");
        settings.put("password", System.getenv("TOKEN"));
        settings.put("sslmode", "verify-full");
        settings.put("sslrootcert", System.getenv("AUTHORITY"));
        settings.put("socketFactory", "Login$ToLoopback");
        String url = "jdbc:postgresql://" + System.getenv("ENDPOINT") + ":" + System.getenv("PORT") + "/postgres";
        try (Connection connection = DriverManager.getConnection(url, settings);
                ResultSet rows = connection.createStatement().executeQuery("select current_user, version()")) {
            rows.next();
            System.out.println(rows.getString(1) + ", " + rows.getString(2));
        }
    }
}
