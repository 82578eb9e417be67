/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter;

import java.util.List;
import java.util.Optional;
import org.djladapters.adapter.adalora.AdaLoraMethod;
import org.djladapters.adapter.baseline.BaselineMethods;
import org.djladapters.adapter.beft.BeftMethod;
import org.djladapters.adapter.boft.BoftMethod;
import org.djladapters.adapter.c3a.C3aMethod;
import org.djladapters.adapter.compound.CompoundMethod;
import org.djladapters.adapter.deft.DeftMethod;
import org.djladapters.adapter.delora.DeloraMethod;
import org.djladapters.adapter.fourierft.FourierFtMethod;
import org.djladapters.adapter.gralora.GraloraMethod;
import org.djladapters.adapter.hira.HiraMethod;
import org.djladapters.adapter.hra.HraMethod;
import org.djladapters.adapter.ia3.Ia3Method;
import org.djladapters.adapter.lntuning.LnTuningMethod;
import org.djladapters.adapter.loha.LoHaMethod;
import org.djladapters.adapter.lokr.LoKrMethod;
import org.djladapters.adapter.lora.LoraMethod;
import org.djladapters.adapter.loraxs.LoraXsMethod;
import org.djladapters.adapter.method.MethodDescriptor;
import org.djladapters.adapter.miss.MissMethod;
import org.djladapters.adapter.oft.OftMethod;
import org.djladapters.adapter.peanut.PeanutMethod;
import org.djladapters.adapter.psoft.PsoftMethod;
import org.djladapters.adapter.randlora.RandLoraMethod;
import org.djladapters.adapter.road.RoadMethod;
import org.djladapters.adapter.shira.ShiraMethod;
import org.djladapters.adapter.supertuning.SupertuningMethod;
import org.djladapters.adapter.tinylora.TinyLoraMethod;
import org.djladapters.adapter.tokens.TokensMethod;
import org.djladapters.adapter.unilora.UniLoraMethod;
import org.djladapters.adapter.vblora.VbLoraMethod;
import org.djladapters.adapter.vera.VeraMethod;
import org.djladapters.adapter.waveft.WaveFtMethod;
import org.djladapters.io.Internal;

/** The methods of adapting a model by their words. */
public final class Methods {

    /** A further method is one more line here. */
    private static final List<MethodDescriptor> ALL =
            List.of(
                    CompoundMethod.DESCRIPTOR,
                    LoraMethod.DESCRIPTOR,
                    OftMethod.DESCRIPTOR,
                    BoftMethod.DESCRIPTOR,
                    Ia3Method.DESCRIPTOR,
                    VeraMethod.DESCRIPTOR,
                    HraMethod.DESCRIPTOR,
                    C3aMethod.DESCRIPTOR,
                    RoadMethod.DESCRIPTOR,
                    UniLoraMethod.DESCRIPTOR,
                    PsoftMethod.DESCRIPTOR,
                    LoraXsMethod.DESCRIPTOR,
                    AdaLoraMethod.DESCRIPTOR,
                    LoHaMethod.DESCRIPTOR,
                    LoKrMethod.DESCRIPTOR,
                    FourierFtMethod.DESCRIPTOR,
                    ShiraMethod.DESCRIPTOR,
                    VbLoraMethod.DESCRIPTOR,
                    MissMethod.DESCRIPTOR,
                    BeftMethod.DESCRIPTOR,
                    RandLoraMethod.DESCRIPTOR,
                    TinyLoraMethod.DESCRIPTOR,
                    DeloraMethod.DESCRIPTOR,
                    GraloraMethod.DESCRIPTOR,
                    HiraMethod.DESCRIPTOR,
                    VeraMethod.PROBABILISTIC,
                    WaveFtMethod.DESCRIPTOR,
                    DeftMethod.DESCRIPTOR,
                    PeanutMethod.DESCRIPTOR,
                    SupertuningMethod.DESCRIPTOR,
                    LnTuningMethod.DESCRIPTOR,
                    TokensMethod.DESCRIPTOR,
                    BaselineMethods.HEAD,
                    BaselineMethods.FULL,
                    BaselineMethods.BITFIT);

    private Methods() {}

    /** {@return the words of all methods, such as {@code compound}} */
    public static List<String> names() {
        return ALL.stream().map(MethodDescriptor::name).toList();
    }

    /**
     * Returns the settings of a method to begin with; it adapts all linear layers that it can.
     *
     * @param name the method in one word
     * @throws IllegalArgumentException if there is no such method; the message names all
     */
    public static AdapterConfig defaultConfig(String name) {
        return descriptor(name).defaultConfig();
    }

    /** {@return all methods in the order in which they are listed} */
    @Internal
    public static List<MethodDescriptor> descriptors() {
        return ALL;
    }

    /**
     * Finds a method by its word.
     *
     * @param name the method in one word
     * @throws IllegalArgumentException if there is no such method; the message names all
     */
    @Internal
    public static MethodDescriptor descriptor(String name) {
        return ALL.stream()
                .filter(method -> method.name().equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "There is no method '"
                                                + name
                                                + "'; this version knows "
                                                + String.join(", ", names())));
    }

    /**
     * Finds the method of a configuration.
     *
     * @return the method, empty for a configuration of another class
     */
    @Internal
    public static Optional<MethodDescriptor> of(AdapterConfig config) {
        return ALL.stream().filter(method -> method.format().isFor(config)).findFirst();
    }
}
