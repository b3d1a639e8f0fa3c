// SPDX-License-Identifier: Apache-2.0
package io.nfl.cli;

import io.nfl.cli.run.RunCommand;
import io.nfl.cli.simulate.SimulateCommand;
import io.nfl.cli.test.TestCommand;
import io.nfl.cli.trace.TraceCommand;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code nfl}: names the commands, and turns what they answer into an exit status. */
@Command(
        name = "nfl",
        description = "One policy for the Linux kernel and for the JVM.",
        mixinStandardHelpOptions = true,
        versionProvider = BuildVersion.class,
        subcommands = {
            CheckCommand.class,
            CompileCommand.class,
            ExpandCommand.class,
            ExplainCommand.class,
            TestCommand.class,
            RunCommand.class,
            TraceCommand.class,
            SimulateCommand.class,
            LspCommand.class
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:fine",
            "1:errors in the policy, failed tests, a difference",
            "2:wrong usage",
            "66:no such input",
            "70:a bug of nfl",
            "74:input or output failed",
            "77:not permitted"
        })
public final class Main implements Runnable {

    @Spec
    CommandSpec spec;

    private Main() {}

    public static void main(final String... arguments) {
        final StandardOutput output = new StandardOutput();
        System.setOut(output.stream());
        System.exit(output.status(execute(arguments)));
    }

    private static int execute(final String... arguments) {
        try {
            return commandLine().execute(arguments);
        } catch (final OutOfMemoryError e) {
            System.err.println("nfl: the memory does not suffice; NFL_JAVA_OPTS=-Xmx8g gives more");
        } catch (final StackOverflowError e) {
            reportBug(e, new PrintWriter(System.err, true, Charset.defaultCharset()));
        }
        return ExitStatus.BUG;
    }

    /** The commands, ready to run; tests give it writers of their own. */
    static CommandLine commandLine() {
        return new CommandLine(new Main())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExitCodeExceptionMapper(Main::status)
                .setExecutionExceptionHandler((thrown, command, parsed) -> {
                    reportBug(thrown, command.getErr());
                    return ExitStatus.BUG;
                });
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    private static int status(final Throwable thrown) {
        return thrown instanceof ParameterException ? ExitStatus.USAGE : ExitStatus.BUG;
    }

    private static void reportBug(final Throwable thrown, final PrintWriter err) {
        err.println("nfl: this is a bug of nfl, not of your policy: " + thrown);
        if (System.getenv("NFL_DEBUG") == null) {
            err.println("nfl: run it again with NFL_DEBUG=1 for the stack trace, and report it with the policy");
        } else {
            thrown.printStackTrace(err);
        }
        err.flush();
    }
}
