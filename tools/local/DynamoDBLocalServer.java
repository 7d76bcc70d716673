import com.amazonaws.services.dynamodbv2.local.server.LocalDynamoDBRequestHandler;
import com.amazonaws.services.dynamodbv2.local.server.LocalDynamoDBServerHandler;
import java.io.PrintStream;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ContextHandler;

/**
 * Serves DynamoDB Local's engine, in memory and shared, on a free port of 127.0.0.1.
 *
 * <p>The library's own main class listens on every address and cannot be told otherwise, and it reports its use to
 * its makers; this one puts the same two handlers behind a connector of its own and does neither. It prints the port
 * and ends when its standard input does, so that it never outlives whoever started it.
 */
public final class DynamoDBLocalServer {
    private DynamoDBLocalServer() {}

    public static void main(String[] arguments) throws Exception {
        PrintStream out = System.out;
        System.setOut(System.err); // the engine's own messages must not fill a pipe that is read for the port only

        int unusedPort = 0;
        boolean inMemory = true;
        String noFile = null;
        boolean shared = true;
        boolean delayTransientStatuses = false;
        var engine = new LocalDynamoDBRequestHandler(unusedPort, inMemory, noFile, shared, delayTransientStatuses);
        var context = new ContextHandler("/");
        context.setHandler(new LocalDynamoDBServerHandler(engine, null));

        var server = new Server();
        var connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        connector.setPort(0);
        server.addConnector(connector);
        server.setHandler(context);
        server.start();

        out.println(connector.getLocalPort());
        out.flush();
        while (System.in.read() >= 0) {
            // whatever comes in means nothing; only the end counts
        }
        server.stop();
        engine.shutdown();
        System.exit(0);
    }
}
