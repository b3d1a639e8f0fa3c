// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang.lower;

import io.nfl.api.net.Family;
import io.nfl.api.net.IpProtocol;
import io.nfl.diag.Code;
import io.nfl.ir.test.PacketSpec;
import io.nfl.ir.test.PacketSpec.Transport;
import io.nfl.lang.nfl.PacketData;
import io.nfl.lang.nfl.PacketFragment;
import io.nfl.lang.nfl.PacketLength;
import io.nfl.lang.nfl.PacketPart;
import java.util.List;
import java.util.Optional;
import org.eclipse.emf.ecore.EObject;

/** How long a test's packet is, and which part of it comes: what cannot be is told. */
final class PacketShape {
    /** Fragments begin at multiples of it (RFC 791, 8200). */
    private static final int UNIT = 8;

    private static final int MOST = 65_535;

    private final Findings findings;
    private final Numbers numbers;

    PacketShape(final Findings findings, final Numbers numbers) {
        this.findings = findings;
        this.numbers = numbers;
    }

    /** The packet, or the fragment of it that is written. */
    PacketSpec checked(final EObject at, final List<PacketPart> parts, final PacketSpec spec) {
        fits(at, parts, spec.transport(), spec.fields(), spec.source().family());
        return part(parts, PacketFragment.class)
                .flatMap(written -> fragment(written, spec))
                .map(fragment -> new PacketSpec(
                        spec.transport(),
                        spec.source(),
                        spec.sourcePort(),
                        spec.destination(),
                        spec.destinationPort(),
                        spec.fields(),
                        Optional.of(fragment)))
                .orElse(spec);
    }

    /** Whether headers and data fit into the length that is written. */
    void fits(
            final EObject at,
            final List<PacketPart> parts,
            final Transport transport,
            final PacketSpec.Fields fields,
            final Family family) {
        final Optional<PacketLength> written = part(parts, PacketLength.class);
        final Optional<PacketData> data = part(parts, PacketData.class);
        if (transport instanceof Transport.Other other && other.protocol() == IpProtocol.SCTP.number()) {
            written.<EObject>map(each -> each)
                    .or(() -> data)
                    .ifPresent(part -> findings.report(
                            Code.VALUE_WORD, part, "a packet of SCTP carries an INIT chunk: no `data`, no `length`"));
            return;
        }
        final int least = PacketSpec.ipHeaderBytes(family)
                + transport.headerBytes()
                + fields.payload().map(payload -> payload.bytes().length).orElse(0);
        if (fields.length().isPresent() && fields.length().getAsInt() < least) {
            findings.report(
                    Code.VALUE_NUMBER,
                    written.<EObject>map(each -> each).orElse(at),
                    "its headers" + (data.isPresent() ? " and data" : "") + " are " + least + " bytes already");
        } else if (least > MOST) {
            findings.report(
                    Code.VALUE_NUMBER, data.<EObject>map(each -> each).orElse(at), "a packet is at most 65535 bytes");
        }
    }

    private Optional<PacketSpec.Fragment> fragment(final PacketFragment written, final PacketSpec spec) {
        final int end = spec.bytesBehindIp() - 1;
        return numbers.range(written.getBytes(), "a byte behind the IP header", 0, end)
                .flatMap(range -> {
                    final int first = (int) range.low();
                    final int last = (int) range.high();
                    if (first % UNIT != 0) {
                        return refused(written, "a fragment begins at a multiple of 8 bytes, not at " + first);
                    }
                    if (last != end && (last + 1) % UNIT != 0) {
                        return refused(
                                written,
                                "a fragment that is not the last, which ends with " + end
                                        + ", ends before a multiple of 8 bytes");
                    }
                    if (first == 0 && last == end) {
                        return refused(written, "these are all bytes of the packet: it is whole");
                    }
                    return Optional.of(new PacketSpec.Fragment(first, last));
                });
    }

    private Optional<PacketSpec.Fragment> refused(final PacketFragment written, final String what) {
        findings.report(Code.VALUE_RANGE, written, what);
        return Optional.empty();
    }

    private static <P extends PacketPart> Optional<P> part(final List<PacketPart> parts, final Class<P> kind) {
        return parts.stream().filter(kind::isInstance).map(kind::cast).findFirst();
    }
}
