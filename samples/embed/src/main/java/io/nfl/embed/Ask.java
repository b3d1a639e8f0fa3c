// SPDX-License-Identifier: Apache-2.0
package io.nfl.embed;

import io.nfl.engine.choice.SeededChooser;
import io.nfl.engine.clock.SettableClock;
import io.nfl.engine.load.PolicyJar;
import io.nfl.engine.pipeline.Engine;
import io.nfl.engine.pipeline.EngineOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;

/** Asks a policy.jar what becomes of a packet: {@code Ask policy.jar DEVICE HEX}. */
public final class Ask {
    private Ask() {}

    public static void main(final String... arguments) throws IOException {
        ask(Path.of(arguments[0]), arguments[1], HexFormat.of().parseHex(arguments[2]), System.out);
    }

    /** @param packet from the IP header on, as it came in by the device */
    static void ask(final Path jar, final String device, final byte[] packet, final PrintStream out)
            throws IOException {
        final PolicyJar policy = PolicyJar.read(jar, PolicyJar.Loading.HIDDEN);
        final Engine engine = Engine.of(
                policy,
                new SettableClock(), // time stands still; a program that runs on sets it before each packet
                new SeededChooser(1),
                EngineOptions.SILENT,
                (leaving, bytes, length) -> out.println(
                        "leaves by " + leaving + ": " + HexFormat.of().formatHex(Arrays.copyOf(bytes, length))));
        engine.record(true);
        engine.receive(device, packet, 0, packet.length)
                .ifPresent(reason -> out.println("not taken in: " + reason.text()));
        engine.takeFlows().forEach(flow -> out.println(flow.end().text()));
    }
}
