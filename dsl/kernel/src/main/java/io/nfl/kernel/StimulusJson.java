// SPDX-License-Identifier: Apache-2.0
package io.nfl.kernel;

import com.google.gson.JsonObject;
import io.nfl.compiler.testing.Stimulus;
import java.util.HexFormat;

/** What is done to a host, in the driver's words. */
final class StimulusJson implements Stimulus.Visitor<JsonObject> {
    private static final HexFormat HEX = HexFormat.of();
    private static final double NANOS_PER_SECOND = 1e9;

    private final boolean sleeps;

    /** @param sleeps whether a wait is slept; else connections are aged */
    StimulusJson(final boolean sleeps) {
        this.sleeps = sleeps;
    }

    private static JsonObject event(final String type) {
        final JsonObject event = new JsonObject();
        event.addProperty("type", type);
        return event;
    }

    @Override
    public JsonObject arrival(final Stimulus.Arrival stimulus) {
        final JsonObject event = event("in");
        event.addProperty("iface", stimulus.device());
        event.addProperty("hex", HEX.formatHex(stimulus.bytes()));
        event.addProperty("routes", true);
        return event;
    }

    @Override
    public JsonObject local(final Stimulus.Local stimulus) {
        final JsonObject event = event("out");
        event.addProperty("hex", HEX.formatHex(stimulus.bytes()));
        stimulus.bound().ifPresent(own -> event.addProperty("bind", own.toString()));
        if (stimulus.uid() != 0) {
            event.addProperty("uid", Integer.toUnsignedLong(stimulus.uid()));
        }
        event.addProperty("routes", true);
        return event;
    }

    @Override
    public JsonObject waits(final Stimulus.Wait stimulus) {
        final JsonObject event = event("advance");
        event.addProperty("how", sleeps ? "sleep" : "wait");
        event.addProperty("seconds", stimulus.duration().toNanos() / NANOS_PER_SECOND);
        return event;
    }

    @Override
    public JsonObject link(final Stimulus.Link stimulus) {
        final JsonObject event = event("link");
        event.addProperty("iface", stimulus.device());
        event.addProperty("up", stimulus.up());
        return event;
    }
}
