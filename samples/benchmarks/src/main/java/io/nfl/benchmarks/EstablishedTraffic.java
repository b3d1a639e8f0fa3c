// SPDX-License-Identifier: Apache-2.0
package io.nfl.benchmarks;

import io.nfl.api.host.KernelProfile;
import io.nfl.api.net.TcpFlags;
import io.nfl.compiler.LoadedPolicy;
import io.nfl.compiler.LoadedPolicy.Execution;
import io.nfl.compiler.NflCompiler;
import io.nfl.compiler.testing.Conversations;
import io.nfl.engine.choice.SeededChooser;
import io.nfl.engine.clock.SettableClock;
import io.nfl.engine.pipeline.Engine;
import io.nfl.engine.pipeline.EngineOptions;
import io.nfl.ir.Policy;
import io.nfl.ir.test.PacketSpec;
import io.nfl.ir.test.ReplyKind;
import io.nfl.ir.test.Step;
import io.nfl.lang.Source;
import io.nfl.lang.SourceFinder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Packets a second of an established TCP connection through a whole host: hooks, conntrack, NAT, routing. The
 * connection is the one that the policy's first test opens; each side acknowledges in turn. With {@code -prof gc} it
 * shows that nothing is allocated. Run in the root of the sources.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class EstablishedTraffic {
    @Param({"home-gateway", "dual-wan", "dmz"})
    @SuppressWarnings("NullAway.Init")
    public String policy;

    @Param({"EVALUATOR", "BYTECODE"})
    @SuppressWarnings("NullAway.Init")
    public Execution execution;

    @SuppressWarnings("NullAway.Init")
    private Engine engine;

    private String clientDevice = "";
    private String serverDevice = "";
    private byte[] fromClient = {};
    private byte[] fromServer = {};
    private String outDevice = "";
    private byte[] out = {};
    private int sent;
    private boolean keep;

    /** Opens the connection. */
    @Setup
    public void open() throws IOException {
        final Policy compiled = compile(Path.of("samples", policy, "policy.nfl"));
        engine = Engine.of(
                LoadedPolicy.of(compiled, KernelProfile.MEASURED, execution),
                new SettableClock(),
                new SeededChooser(1),
                EngineOptions.SILENT,
                this::left);
        final Step.Send first = (Step.Send) compiled.tests().get(0).steps().get(0);
        final Conversations conversation = new Conversations();
        clientDevice = first.device().orElseThrow();
        keep = true;
        pass(conversation, clientDevice, conversation.send(first.packet()));
        serverDevice = outDevice;
        pass(conversation, serverDevice, reply(conversation, new ReplyKind.Plain()));
        fromClient = conversation.send(acknowledgement(first.packet()));
        pass(conversation, clientDevice, fromClient);
        fromServer = reply(conversation, new ReplyKind.Tcp(TcpFlags.ACK));
        pass(conversation, serverDevice, fromServer);
        keep = false;
        sent = 0;
    }

    private void left(final String device, final byte[] bytes, final int length) {
        sent++;
        if (keep) {
            outDevice = device;
            out = Arrays.copyOf(bytes, length);
        }
    }

    private void pass(final Conversations conversation, final String device, final byte[] bytes) {
        final int before = sent;
        engine.receive(device, bytes, 0, bytes.length);
        if (sent != before + 1) {
            throw new IllegalStateException("the connection does not come about");
        }
        conversation.arrived(out);
    }

    private static byte[] reply(final Conversations conversation, final ReplyKind kind) {
        return conversation.reply(kind, PacketSpec.Fields.DEFAULT).orElseThrow();
    }

    private static PacketSpec acknowledgement(final PacketSpec syn) {
        return new PacketSpec(
                new PacketSpec.Transport.Tcp(TcpFlags.ACK),
                syn.source(),
                syn.sourcePort(),
                syn.destination(),
                syn.destinationPort(),
                syn.fields());
    }

    private static Policy compile(final Path file) throws IOException {
        final Source source = new Source(file.toString(), Files.readString(file));
        return NflCompiler.compile(source, SourceFinder.NONE).policy().orElseThrow();
    }

    /** A segment from each side. @return packets sent so far */
    @Benchmark
    @OperationsPerInvocation(2)
    public int acknowledge() {
        engine.receive(clientDevice, fromClient, 0, fromClient.length);
        engine.receive(serverDevice, fromServer, 0, fromServer.length);
        return sent;
    }
}
