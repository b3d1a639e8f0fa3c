// SPDX-License-Identifier: Apache-2.0
package io.nfl.check;

import io.nfl.api.classify.Targets;
import io.nfl.ir.Target;
import java.util.Optional;

/** The word of {@code words.tsv} that a target is written with; none for a rule that only counts. */
final class ActionWord implements Target.Visitor<Optional<String>> {
    private static final ActionWord INSTANCE = new ActionWord();

    private ActionWord() {}

    static Optional<String> of(final Target target) {
        return target.accept(INSTANCE);
    }

    @Override
    public Optional<String> accept(final Target.Accept target) {
        return Optional.of("accept");
    }

    @Override
    public Optional<String> drop(final Target.Drop target) {
        return Optional.of("drop");
    }

    @Override
    public Optional<String> returns(final Target.Return target) {
        return Optional.of("return");
    }

    @Override
    public Optional<String> continues(final Target.Continue target) {
        return Optional.empty();
    }

    @Override
    public Optional<String> jump(final Target.Jump target) {
        return Optional.of("jump");
    }

    @Override
    public Optional<String> goTo(final Target.Goto target) {
        return Optional.of("goto");
    }

    @Override
    public Optional<String> reject(final Target.Reject target) {
        return Optional.of("reject");
    }

    @Override
    public Optional<String> log(final Target.Log target) {
        return Optional.of("log");
    }

    @Override
    public Optional<String> nflog(final Target.Nflog target) {
        return Optional.of("nflog");
    }

    @Override
    public Optional<String> masquerade(final Target.Masquerade target) {
        return Optional.of("masquerade");
    }

    @Override
    public Optional<String> snat(final Target.Snat target) {
        return Optional.of("snat");
    }

    @Override
    public Optional<String> dnat(final Target.Dnat target) {
        return Optional.of("dnat");
    }

    @Override
    public Optional<String> redirect(final Target.Redirect target) {
        return Optional.of("redirect");
    }

    @Override
    public Optional<String> netmap(final Target.Netmap target) {
        return Optional.of("netmap");
    }

    @Override
    public Optional<String> mark(final Target.Mark target) {
        return Optional.of("set mark");
    }

    @Override
    public Optional<String> setConnmark(final Target.SetConnmark target) {
        return Optional.of("set connmark");
    }

    @Override
    public Optional<String> saveMark(final Target.SaveMark target) {
        return Optional.of("save mark");
    }

    @Override
    public Optional<String> restoreMark(final Target.RestoreMark target) {
        return Optional.of("restore mark");
    }

    @Override
    public Optional<String> hopLimit(final Target.HopLimit target) {
        return Optional.of("set ttl");
    }

    @Override
    public Optional<String> dscp(final Target.Dscp target) {
        return Optional.of("set dscp");
    }

    @Override
    public Optional<String> tos(final Target.Tos target) {
        return Optional.of("set tos");
    }

    @Override
    public Optional<String> tcpMss(final Target.TcpMss target) {
        return Optional.of(target.mss() == Targets.CLAMP_TO_PMTU ? "clamp mss" : "set mss");
    }

    @Override
    public Optional<String> noTrack(final Target.NoTrack target) {
        return Optional.of("notrack");
    }

    @Override
    public Optional<String> track(final Target.Track target) {
        return Optional.of("track");
    }

    @Override
    public Optional<String> trace(final Target.Trace target) {
        return Optional.of("trace");
    }

    @Override
    public Optional<String> classify(final Target.Classify target) {
        return Optional.of("classify");
    }

    @Override
    public Optional<String> copy(final Target.Copy target) {
        return Optional.of("copy");
    }
}
