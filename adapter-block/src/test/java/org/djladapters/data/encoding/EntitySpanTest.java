/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data.encoding;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EntitySpanTest {

    /** What get_entities of seqeval 1.2.2 gives. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    O O O                     |
                    B-A I-A O B-C             | 'A 0-1, C 3-3'
                    I-A I-A O I-C             | 'A 0-1, C 3-3'
                    B-A B-A I-A               | 'A 0-0, A 1-2'
                    B-A I-C I-C               | 'A 0-0, C 1-2'
                    I-A B-A I-A               | 'A 0-0, A 1-2'
                    O E-A O                   | 'A 1-1'
                    B-A I-A E-A S-A S-A       | 'A 0-2, A 3-3, A 4-4'
                    S-A I-A E-A E-A           | 'A 0-0, A 1-2, A 3-3'
                    B-A E-C O S-C B-C         | 'A 0-0, C 1-1, C 3-3, C 4-4'
                    E-A I-A I-A               | 'A 0-0, A 1-2'
                    I-A I-C B-C I-C           | 'A 0-0, C 1-1, C 2-3'
                    B-A O I-A O E-A           | 'A 0-0, A 2-2, A 4-4'
                    B-A-B I-A-B I-A           | 'A-B 0-1, A 2-2'
                    B-A S-A I-A B-A           | 'A 0-0, A 1-1, A 2-2, A 3-3'
                    """)
    void entitiesAreThoseOfSeqeval(String tags, String entities) {
        List<String> found =
                EntitySpan.of(List.of(tags.split(" "))).stream()
                        .map(e -> e.type() + " " + e.first() + "-" + e.last())
                        .toList();
        assertThat(String.join(", ", found)).isEqualTo(entities == null ? "" : entities);
    }

    /** What seqeval's strict mode gives with the scheme BILOU. */
    @Test
    void lastAndUnitAreReadAsEndAndSingle() {
        assertThat(EntitySpan.of(List.of("B-A", "L-A", "U-A", "U-A", "O", "B-C", "I-C", "L-C")))
                .containsExactly(
                        new EntitySpan("A", 0, 1),
                        new EntitySpan("A", 2, 2),
                        new EntitySpan("A", 3, 3),
                        new EntitySpan("C", 5, 7));
    }
}
