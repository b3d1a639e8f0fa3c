// SPDX-License-Identifier: Apache-2.0
package io.nfl.cli.run;

import io.nfl.api.classify.CompiledPolicy;
import io.nfl.engine.choice.SeededChooser;
import io.nfl.engine.clock.SettableClock;
import io.nfl.engine.pipeline.Engine;
import io.nfl.engine.pipeline.EngineOptions;
import io.nfl.io.capture.CapturedFrame;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongConsumer;

/** Packets of several captures in the order of their time stamps through a host. NOT thread safe. */
final class CaptureRun {
    private final List<IncomingCapture> captures;
    private final RunFiles files;
    private final LongConsumer progress;
    private final SettableClock clock = new SettableClock();
    private final Engine engine;
    private final Ends ends;
    private final TreeMap<String, long[]> left = new TreeMap<>();
    private long begin;
    private long packets;

    /** @param progress told the number of packets so far, after each */
    CaptureRun(
            final CompiledPolicy policy,
            final List<IncomingCapture> captures,
            final EngineOptions options,
            final long seed,
            final RunFiles files,
            final LongConsumer progress) {
        this.captures = List.copyOf(captures);
        this.files = files;
        this.progress = progress;
        this.ends = new Ends(policy);
        this.engine = Engine.of(policy, clock, new SeededChooser(seed), options, this::leaves);
        engine.record(true);
    }

    /** @throws UncheckedIOException where what leaves cannot be written */
    void run() throws IOException {
        Optional<IncomingCapture> next = next();
        begin = next.map(each -> each.frame().timestampNanos()).orElse(0L);
        while (next.isPresent()) {
            final IncomingCapture capture = next.get();
            final CapturedFrame frame = capture.frame();
            clock.advance(Math.max(0, frame.timestampNanos() - begin - clock.nanos()));
            engine.receive(
                            capture.device(),
                            frame.bytes(),
                            capture.offset(),
                            frame.length() - capture.offset(),
                            capture.layer().macSource(frame),
                            capture.layer().packetType(frame))
                    .ifPresent(ends::add);
            engine.takeFlows().forEach(ends::add);
            engine.takeReceived();
            packets++;
            progress.accept(packets);
            capture.advance();
            next = next();
        }
    }

    /** The capture with the earliest packet; of equal ones the first given. */
    private Optional<IncomingCapture> next() {
        Optional<IncomingCapture> earliest = Optional.empty();
        for (final IncomingCapture each : captures) {
            if (!each.atEnd()
                    && (earliest.isEmpty()
                            || each.frame().timestampNanos()
                                    < earliest.get().frame().timestampNanos())) {
                earliest = Optional.of(each);
            }
        }
        return earliest;
    }

    private void leaves(final String device, final byte[] bytes, final int length) {
        final long[] count = left.computeIfAbsent(device, d -> new long[2]);
        count[0]++;
        count[1] += length;
        try {
            files.packet(device, begin + clock.nanos(), bytes, length);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Engine engine() {
        return engine;
    }

    Ends ends() {
        return ends;
    }

    long packets() {
        return packets;
    }

    /** Packets that left by a device. */
    long packetsBy(final String device) {
        return left.getOrDefault(device, new long[2])[0];
    }

    long bytesBy(final String device) {
        return left.getOrDefault(device, new long[2])[1];
    }

    /** From the first packet to the last, by their time stamps. */
    long spanNanos() {
        return clock.nanos();
    }
}
