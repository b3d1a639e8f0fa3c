// SPDX-License-Identifier: Apache-2.0
package io.nfl.bytecode;

import io.nfl.api.classify.CtTemplate;
import io.nfl.api.classify.HopLimitOperation;
import io.nfl.api.classify.LogParameters;
import io.nfl.api.classify.NatRange;
import io.nfl.api.classify.RejectWith;
import io.nfl.api.classify.Targets;
import io.nfl.api.net.IpAddress;
import io.nfl.api.net.Verdict;
import java.util.ArrayList;
import java.util.List;

/** Notes what is asked of it; changes the packet where later rules can see it. */
final class RecordingTargets implements Targets {
    final List<String> calls = new ArrayList<>();
    private final TestPacket packet;

    RecordingTargets(TestPacket packet) {
        this.packet = packet;
    }

    private int verdict(int verdict, String call) {
        calls.add(call);
        return verdict;
    }

    @Override
    public void mark(int value, int mask) {
        calls.add("mark " + value + "/" + mask);
        packet.mark(packet.mark() & ~mask ^ value);
    }

    @Override
    public void setConnmark(int value, int mask) {
        calls.add("connmark " + value + "/" + mask);
    }

    @Override
    public void saveMark(int packetMask, int ctMask) {
        calls.add("save " + packetMask + "/" + ctMask);
    }

    @Override
    public void restoreMark(int packetMask, int ctMask) {
        calls.add("restore " + packetMask + "/" + ctMask);
        packet.mark(packet.mark() & ~packetMask ^ 1);
    }

    @Override
    public int snat(NatRange range) {
        return verdict(Verdict.ACCEPT, "snat " + range);
    }

    @Override
    public int dnat(NatRange range) {
        return verdict(Verdict.ACCEPT, "dnat " + range);
    }

    @Override
    public int masquerade(NatRange range) {
        return verdict(Verdict.DROP, "masquerade " + range);
    }

    @Override
    public int redirect(NatRange range) {
        return verdict(Verdict.STOLEN, "redirect " + range);
    }

    @Override
    public int netmap(NatRange network) {
        return verdict(Verdict.CONTINUE, "netmap " + network);
    }

    @Override
    public int reject(RejectWith with) {
        return verdict(Verdict.DROP, "reject " + with);
    }

    @Override
    public void log(LogParameters parameters) {
        calls.add("log " + parameters);
    }

    @Override
    public void nflog(int group, String prefix, int bytes) {
        calls.add("nflog " + group + prefix + bytes);
    }

    @Override
    public void trace() {
        calls.add("trace");
        packet.traced(true);
    }

    @Override
    public void noTrack() {
        calls.add("notrack");
    }

    @Override
    public void track(CtTemplate template) {
        calls.add("track " + template);
    }

    @Override
    public int hopLimit(HopLimitOperation operation, int value) {
        packet.hopLimit(operation == HopLimitOperation.SET ? value : packet.ttl() + value);
        return verdict(packet.ttl() == 64 ? Verdict.DROP : Verdict.CONTINUE, "hoplimit " + operation + value);
    }

    @Override
    public void dscp(int dscp) {
        calls.add("dscp " + dscp);
        packet.trafficClass(dscp << 2 | packet.trafficClass() & 3);
    }

    @Override
    public void tos(int value, int mask) {
        calls.add("tos " + value + "/" + mask);
        packet.trafficClass(packet.trafficClass() & ~mask ^ value);
    }

    @Override
    public int tcpMss(int mss) {
        return verdict(packet.ttl() == 63 ? Verdict.DROP : Verdict.CONTINUE, "mss " + mss);
    }

    @Override
    public void classify(int priority) {
        calls.add("classify " + priority);
    }

    @Override
    public void copy(IpAddress gateway, String device) {
        calls.add("copy " + gateway + device);
    }
}
