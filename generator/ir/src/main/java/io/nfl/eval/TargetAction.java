// SPDX-License-Identifier: Apache-2.0
package io.nfl.eval;

import io.nfl.api.classify.NatRange;
import io.nfl.api.classify.Targets;
import io.nfl.api.net.AddressRange;
import io.nfl.api.net.Prefix;
import io.nfl.api.net.Verdict;
import io.nfl.ir.Target;
import java.util.Optional;

/** Lets a target act. Returns a verdict, or {@link Verdict#CONTINUE} where the next rule follows. */
final class TargetAction implements Target.Visitor<Integer> {
    private final Targets targets;

    TargetAction(final Targets targets) {
        this.targets = targets;
    }

    /** NETMAP's range is the whole network (libxt_NETMAP.c). */
    private static NatRange network(final Prefix network) {
        return NatRange.to(new AddressRange(network.address(), network.last()), Optional.empty());
    }

    @Override
    public Integer accept(final Target.Accept target) {
        return Verdict.ACCEPT;
    }

    @Override
    public Integer drop(final Target.Drop target) {
        return Verdict.DROP;
    }

    @Override
    public Integer returns(final Target.Return target) {
        throw new IllegalStateException("the walk itself returns");
    }

    @Override
    public Integer continues(final Target.Continue target) {
        return Verdict.CONTINUE;
    }

    @Override
    public Integer jump(final Target.Jump target) {
        throw new IllegalStateException("the walk itself jumps");
    }

    @Override
    public Integer goTo(final Target.Goto target) {
        throw new IllegalStateException("the walk itself goes to chains");
    }

    @Override
    public Integer reject(final Target.Reject target) {
        return targets.reject(target.with());
    }

    @Override
    public Integer log(final Target.Log target) {
        targets.log(target.parameters());
        return Verdict.CONTINUE;
    }

    @Override
    public Integer nflog(final Target.Nflog target) {
        targets.nflog(target.group(), target.prefix(), target.bytes());
        return Verdict.CONTINUE;
    }

    @Override
    public Integer masquerade(final Target.Masquerade target) {
        return targets.masquerade(target.range());
    }

    @Override
    public Integer snat(final Target.Snat target) {
        return targets.snat(target.range());
    }

    @Override
    public Integer dnat(final Target.Dnat target) {
        return targets.dnat(target.range());
    }

    @Override
    public Integer redirect(final Target.Redirect target) {
        return targets.redirect(target.range());
    }

    @Override
    public Integer netmap(final Target.Netmap target) {
        return targets.netmap(network(target.network()));
    }

    @Override
    public Integer mark(final Target.Mark target) {
        targets.mark(target.value(), target.mask());
        return Verdict.CONTINUE;
    }

    @Override
    public Integer setConnmark(final Target.SetConnmark target) {
        targets.setConnmark(target.value(), target.mask());
        return Verdict.CONTINUE;
    }

    @Override
    public Integer saveMark(final Target.SaveMark target) {
        targets.saveMark(target.packetMask(), target.ctMask());
        return Verdict.CONTINUE;
    }

    @Override
    public Integer restoreMark(final Target.RestoreMark target) {
        targets.restoreMark(target.packetMask(), target.ctMask());
        return Verdict.CONTINUE;
    }

    @Override
    public Integer hopLimit(final Target.HopLimit target) {
        return targets.hopLimit(target.operation(), target.value());
    }

    @Override
    public Integer dscp(final Target.Dscp target) {
        targets.dscp(target.dscp());
        return Verdict.CONTINUE;
    }

    @Override
    public Integer tos(final Target.Tos target) {
        targets.tos(target.value(), target.mask());
        return Verdict.CONTINUE;
    }

    @Override
    public Integer tcpMss(final Target.TcpMss target) {
        return targets.tcpMss(target.mss());
    }

    @Override
    public Integer noTrack(final Target.NoTrack target) {
        targets.noTrack();
        return Verdict.CONTINUE;
    }

    @Override
    public Integer track(final Target.Track target) {
        targets.track(target.template());
        return Verdict.CONTINUE;
    }

    @Override
    public Integer trace(final Target.Trace target) {
        targets.trace();
        return Verdict.CONTINUE;
    }

    @Override
    public Integer classify(final Target.Classify target) {
        targets.classify(target.priority());
        return Verdict.CONTINUE;
    }

    @Override
    public Integer copy(final Target.Copy target) {
        targets.copy(target.gateway(), target.device());
        return Verdict.CONTINUE;
    }
}
