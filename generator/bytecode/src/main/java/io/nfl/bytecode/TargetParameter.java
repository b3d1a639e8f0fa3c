// SPDX-License-Identifier: Apache-2.0
package io.nfl.bytecode;

import io.nfl.api.classify.NatRange;
import io.nfl.api.net.AddressRange;
import io.nfl.api.net.IpAddress;
import io.nfl.ir.Target;
import java.util.Optional;

/**
 * The part of a target that a class file cannot hold as a constant: it is handed over as an object. Rules whose
 * targets differ in it alone share their code.
 */
final class TargetParameter implements Target.Visitor<Optional<Object>> {
    private static final TargetParameter INSTANCE = new TargetParameter();

    private TargetParameter() {}

    static Optional<Object> of(final Target target) {
        return target.accept(INSTANCE);
    }

    /** What of a target its code depends on: all of it, or, with a parameter, all but that. */
    static Object shape(final Target target) {
        if (target instanceof Target.Copy copy) {
            return new Target.Copy(IpAddress.zero(copy.gateway().family()), copy.device());
        }
        return of(target).isPresent() ? target.getClass() : target;
    }

    @Override
    public Optional<Object> accept(final Target.Accept target) {
        return Optional.empty();
    }

    @Override
    public Optional<Object> drop(final Target.Drop target) {
        return Optional.empty();
    }

    @Override
    public Optional<Object> returns(final Target.Return target) {
        return Optional.empty();
    }

    @Override
    public Optional<Object> continues(final Target.Continue target) {
        return Optional.empty();
    }

    @Override
    public Optional<Object> jump(final Target.Jump target) {
        return Optional.empty();
    }

    @Override
    public Optional<Object> goTo(final Target.Goto target) {
        return Optional.empty();
    }

    @Override
    public Optional<Object> reject(final Target.Reject target) {
        return Optional.empty();
    }

    @Override
    public Optional<Object> log(final Target.Log target) {
        return Optional.of(target.parameters());
    }

    @Override
    public Optional<Object> nflog(final Target.Nflog target) {
        return Optional.empty();
    }

    @Override
    public Optional<Object> masquerade(final Target.Masquerade target) {
        return Optional.of(target.range());
    }

    @Override
    public Optional<Object> snat(final Target.Snat target) {
        return Optional.of(target.range());
    }

    @Override
    public Optional<Object> dnat(final Target.Dnat target) {
        return Optional.of(target.range());
    }

    @Override
    public Optional<Object> redirect(final Target.Redirect target) {
        return Optional.of(target.range());
    }

    @Override
    public Optional<Object> netmap(final Target.Netmap target) {
        return Optional.of(NatRange.to(
                new AddressRange(target.network().address(), target.network().last()), Optional.empty()));
    }

    @Override
    public Optional<Object> mark(final Target.Mark target) {
        return Optional.empty();
    }

    @Override
    public Optional<Object> setConnmark(final Target.SetConnmark target) {
        return Optional.empty();
    }

    @Override
    public Optional<Object> saveMark(final Target.SaveMark target) {
        return Optional.empty();
    }

    @Override
    public Optional<Object> restoreMark(final Target.RestoreMark target) {
        return Optional.empty();
    }

    @Override
    public Optional<Object> hopLimit(final Target.HopLimit target) {
        return Optional.empty();
    }

    @Override
    public Optional<Object> dscp(final Target.Dscp target) {
        return Optional.empty();
    }

    @Override
    public Optional<Object> tos(final Target.Tos target) {
        return Optional.empty();
    }

    @Override
    public Optional<Object> tcpMss(final Target.TcpMss target) {
        return Optional.empty();
    }

    @Override
    public Optional<Object> noTrack(final Target.NoTrack target) {
        return Optional.empty();
    }

    @Override
    public Optional<Object> track(final Target.Track target) {
        return Optional.of(target.template());
    }

    @Override
    public Optional<Object> trace(final Target.Trace target) {
        return Optional.empty();
    }

    @Override
    public Optional<Object> classify(final Target.Classify target) {
        return Optional.empty();
    }

    @Override
    public Optional<Object> copy(final Target.Copy target) {
        return Optional.of(target.gateway());
    }
}
