/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProcessorTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "AMD EPYC | 25 | 17 | AMD EPYC (family 25, model 17)",
                "AMD EPYC 9B14 | 25 | 17 | AMD EPYC 9B14",
                "Intel(R) Xeon(R) CPU @ 2.20GHz | 6 | 143 |"
                        + " Intel(R) Xeon(R) CPU @ 2.20GHz (family 6, model 143)",
                "Intel(R) Xeon(R)   Platinum 8481C | 6 | 143 | Intel(R) Xeon(R) Platinum 8481C"
            })
    void familyAndModelStandWhereTheNameSaysTooLittle(
            String name, int family, int model, String expected) {
        String text =
                """
                processor\t: 0
                vendor_id\t: Somebody
                cpu family\t: %d
                model\t\t: %d
                model name\t: %s
                flags\t\t: fpu avx2 avx512f avx512_bf16

                processor\t: 1
                model name\t: another
                """
                        .formatted(family, model, name);

        Processor processor = Processor.ofCpuInfo(text);

        assertThat(processor.name()).isEqualTo(expected);
        assertThat(processor.features()).containsExactly("avx512_bf16", "avx2");
        assertThat(processor).hasToString(expected + " with avx512_bf16, avx2");
    }

    @Test
    void featuresAreWholeWords() {
        assertThat(Processor.ofCpuInfo("flags : amx_tile amx_bf16 avx amx_int8").features())
                .containsExactly("amx_bf16");
        assertThat(Processor.ofCpuInfo("flags : avx avx512_bf16x2").features()).isEmpty();
    }

    @Test
    void linuxOnArmHasNumbersForNames() {
        String text =
                """
                processor       : 0
                BogoMIPS        : 2100.00
                Features        : fp asimd sve i8mm bf16
                CPU implementer : 0x41
                CPU part        : 0xd40
                """;

        Processor processor = Processor.ofCpuInfo(text);

        assertThat(processor.name())
                .isEqualTo(System.getProperty("os.arch") + " (implementer 0x41, part 0xd40)");
        assertThat(processor.features()).containsExactly("bf16", "i8mm");
    }

    @Test
    void macOsTellsFeaturesOfArmByOnesAndThoseOfIntelByWords() {
        String arm =
                """
                machdep.cpu.brand_string: Apple M2
                hw.optional.arm.FEAT_BF16: 1
                hw.optional.arm.FEAT_I8MM: 0
                """;
        String intel =
                """
                machdep.cpu.family: 6
                machdep.cpu.brand_string: Intel(R) Core(TM) i9-9880H CPU @ 2.30GHz
                machdep.cpu.leaf7_features: BMI1 AVX2 SMEP
                """;

        assertThat(Processor.ofSysctl(arm)).hasToString("Apple M2 with bf16");
        assertThat(Processor.ofSysctl(intel))
                .hasToString("Intel(R) Core(TM) i9-9880H CPU @ 2.30GHz with avx2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n:\n::", "model name", "model name :", "flags :"})
    void aTextThatSaysNothingLeavesTheArchitecture(String text) {
        String architecture = System.getProperty("os.arch");

        assertThat(Processor.ofCpuInfo(text)).hasToString(architecture);
        assertThat(Processor.ofSysctl(text)).hasToString(architecture);
    }

    @Test
    void thisMachineHasAName() {
        assertThat(Processor.current().name()).isNotBlank();
    }

    @ParameterizedTest
    @CsvSource({
        "fpu avx2 fma, true",
        "avx2 avx512f avx512_bf16, false",
        "avx2 avx512f amx_bf16, false",
        "fp asimd bf16, false",
        "fp asimd, false"
    })
    void onlyAKnownProcessorLacksBfloat16(String flags, boolean lacks) {
        String text = "model name\t: some\nflags\t\t: %s\n".formatted(flags);
        assertThat(Processor.ofCpuInfo(text).lacksBfloat16()).isEqualTo(lacks);
    }
}
