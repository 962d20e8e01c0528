"""What each paper says in each language, on paper of 32, 42 and 48 columns: letter by letter."""

import pytest

from ispconf.ledger.documents import Content
from tests.ledger.documents.papers import cash, invoice, press, receipt, statement

PAPERS: dict[str, Content] = {
    "receipt": receipt(),
    "invoice": invoice(),
    "statement": statement(),
    "cash": cash(),
}

GOLDEN = {
    ("receipt", "es-MX", 42): """\
               Global Speed
          Av. Hidalgo 12, Puebla
             +52 222 555 0101
         Id. fiscal GSP010203AB1
------------------------------------------
RECIBO DE PAGO                caja1-000045
------------------------------------------
Cliente                          Ana López
Clave                                  ana
Id. fiscal                   LOHA800101XX1
Domicilio           Calle 5 No. 10, Puebla
Plan                         Hogar 20 Mbps
------------------------------------------
Fecha                           03/02/2026
Forma de pago                     Efectivo
Referencia                            0045
Recibido                           $500.00
------------------------------------------
Abono a                            Importe
invoices-000001                    $350.00
  01/01/2026 - 31/01/2026
invoices-000002                    $150.00
  01/02/2026 - 28/02/2026
------------------------------------------
Queda por pagar                    $215.00
Próximo corte                   05/03/2026
------------------------------------------
Atendió                      maria (caja1)
Verificación                    1F8BD0265F
          ¡Gracias por su pago!
   Este documento no es un comprobante
                 fiscal.
""",
    ("receipt", "es-MX", 32): """\
          Global Speed
     Av. Hidalgo 12, Puebla
        +52 222 555 0101
    Id. fiscal GSP010203AB1
--------------------------------
RECIBO DE PAGO      caja1-000045
--------------------------------
Cliente                Ana López
Clave                        ana
Id. fiscal         LOHA800101XX1
Domicilio Calle 5 No. 10, Puebla
Plan               Hogar 20 Mbps
--------------------------------
Fecha                 03/02/2026
Forma de pago           Efectivo
Referencia                  0045
Recibido                 $500.00
--------------------------------
Abono a                  Importe
invoices-000001          $350.00
  01/01/2026 - 31/01/2026
invoices-000002          $150.00
  01/02/2026 - 28/02/2026
--------------------------------
Queda por pagar          $215.00
Próximo corte         05/03/2026
--------------------------------
Atendió            maria (caja1)
Verificación          1F8BD0265F
     ¡Gracias por su pago!
    Este documento no es un
      comprobante fiscal.
""",
    ("receipt", "es-MX", 48): """\
                  Global Speed
             Av. Hidalgo 12, Puebla
                +52 222 555 0101
            Id. fiscal GSP010203AB1
------------------------------------------------
RECIBO DE PAGO                      caja1-000045
------------------------------------------------
Cliente                                Ana López
Clave                                        ana
Id. fiscal                         LOHA800101XX1
Domicilio                 Calle 5 No. 10, Puebla
Plan                               Hogar 20 Mbps
------------------------------------------------
Fecha                                 03/02/2026
Forma de pago                           Efectivo
Referencia                                  0045
Recibido                                 $500.00
------------------------------------------------
Abono a                                  Importe
invoices-000001                          $350.00
  01/01/2026 - 31/01/2026
invoices-000002                          $150.00
  01/02/2026 - 28/02/2026
------------------------------------------------
Queda por pagar                          $215.00
Próximo corte                         05/03/2026
------------------------------------------------
Atendió                            maria (caja1)
Verificación                          1F8BD0265F
             ¡Gracias por su pago!
  Este documento no es un comprobante fiscal.
""",
    ("receipt", "en-US", 42): """\
               Global Speed
          Av. Hidalgo 12, Puebla
             +52 222 555 0101
           Tax id GSP010203AB1
------------------------------------------
PAYMENT RECEIPT               caja1-000045
------------------------------------------
Customer                         Ana López
Customer no.                           ana
Tax id                       LOHA800101XX1
Address             Calle 5 No. 10, Puebla
Plan                         Hogar 20 Mbps
------------------------------------------
Date                            02/03/2026
Paid by                               Cash
Reference                             0045
Received                        MXN 500.00
------------------------------------------
Pays                                Amount
invoices-000001                 MXN 350.00
  01/01/2026 - 01/31/2026
invoices-000002                 MXN 150.00
  02/01/2026 - 02/28/2026
------------------------------------------
Still to pay                    MXN 215.00
Next cut date                   03/05/2026
------------------------------------------
Served by                    maria (caja1)
Verification                    1F8BD0265F
       Thank you for your payment!
        This is not a tax invoice.
""",
    ("receipt", "pt-BR", 42): """\
               Global Speed
          Av. Hidalgo 12, Puebla
             +52 222 555 0101
         Id. fiscal GSP010203AB1
------------------------------------------
RECIBO DE PAGAMENTO           caja1-000045
------------------------------------------
Cliente                          Ana López
Código                                 ana
Id. fiscal                   LOHA800101XX1
Endereço            Calle 5 No. 10, Puebla
Plano                        Hogar 20 Mbps
------------------------------------------
Data                            03/02/2026
Forma de pagamento                Dinheiro
Referência                            0045
Recebido                        MXN 500,00
------------------------------------------
Pagamento de                         Valor
invoices-000001                 MXN 350,00
  01/01/2026 - 31/01/2026
invoices-000002                 MXN 150,00
  01/02/2026 - 28/02/2026
------------------------------------------
Falta pagar                     MXN 215,00
Próximo corte                   05/03/2026
------------------------------------------
Atendido por                 maria (caja1)
Verificação                     1F8BD0265F
       Obrigado pelo seu pagamento!
Este documento não é um documento fiscal.
""",
    ("receipt", "sw-KE", 32): """\
          Global Speed
     Av. Hidalgo 12, Puebla
        +52 222 555 0101
   Namba ya kodi GSP010203AB1
--------------------------------
STAKABADHI YA MALIPO
                    caja1-000045
--------------------------------
Mteja                  Ana López
Namba ya mteja               ana
Namba ya kodi      LOHA800101XX1
Anwani    Calle 5 No. 10, Puebla
Kifurushi          Hogar 20 Mbps
--------------------------------
Tarehe                03/02/2026
Njia ya malipo           Taslimu
Rejea                       0045
Kilichopokelewa       MXN 500.00
--------------------------------
Malipo ya                  Kiasi
invoices-000001       MXN 350.00
  01/01/2026 - 31/01/2026
invoices-000002       MXN 150.00
  01/02/2026 - 28/02/2026
--------------------------------
Deni lililobaki       MXN 215.00
Tarehe ya kukatwa     05/03/2026
--------------------------------
Umehudumiwa na     maria (caja1)
Uthibitisho           1F8BD0265F
    Asante kwa malipo yako!
     Hii si ankara ya kodi.
""",
    ("invoice", "es-MX", 42): """\
               Global Speed
          Av. Hidalgo 12, Puebla
             +52 222 555 0101
         Id. fiscal GSP010203AB1
------------------------------------------
AVISO DE COBRO             invoices-000001
------------------------------------------
Cliente                          Ana López
Clave                                  ana
Id. fiscal                   LOHA800101XX1
Domicilio           Calle 5 No. 10, Puebla
Plan                         Hogar 20 Mbps
------------------------------------------
Emitido                         28/12/2025
Periodo            01/01/2026 - 31/01/2026
Servicio                              casa
Vence                           01/01/2026
Corte si no se paga             05/01/2026
------------------------------------------
Concepto                           Importe
Hogar 20                           $350.00
------------------------------------------
Total                              $350.00
Incluye IVA                         $48.28
------------------------------------------
Verificación                    900C2F810F
   Este documento no es un comprobante
                 fiscal.
""",
    ("invoice", "en-KE", 32): """\
          Global Speed
     Av. Hidalgo 12, Puebla
        +52 222 555 0101
      Tax id GSP010203AB1
--------------------------------
INVOICE          invoices-000001
--------------------------------
Customer               Ana López
Customer no.                 ana
Tax id             LOHA800101XX1
Address   Calle 5 No. 10, Puebla
Plan               Hogar 20 Mbps
--------------------------------
Issued                28/12/2025
Period   01/01/2026 - 31/01/2026
Service                     casa
Due                   01/01/2026
Cut if unpaid         05/01/2026
--------------------------------
Item                      Amount
Hogar 20              MXN 350.00
--------------------------------
Total                 MXN 350.00
Includes IVA           MXN 48.28
--------------------------------
Verification          900C2F810F
   This is not a tax invoice.
""",
    ("statement", "es-MX", 32): """\
          Global Speed
     Av. Hidalgo 12, Puebla
        +52 222 555 0101
    Id. fiscal GSP010203AB1
--------------------------------
ESTADO DE CUENTA             ana
--------------------------------
Cliente                Ana López
Clave                        ana
Id. fiscal         LOHA800101XX1
Domicilio Calle 5 No. 10, Puebla
Plan               Hogar 20 Mbps
--------------------------------
Hasta                 28/02/2026
--------------------------------
28/12/2025       invoices-000001
  Cargo: Hogar 20
  Cargo $350.00    Saldo $350.00
20/01/2026              f-000001
  Recargo: por pago tardío
  Cargo $50.00     Saldo $400.00
28/01/2026       invoices-000002
  Cargo: Hogar 20 Mbps, Vecino
  -10%
  Cargo $315.00    Saldo $715.00
03/02/2026          caja1-000045
  Pago: Efectivo 0045
  Pago $500.00     Saldo $215.00
09/02/2026          caja1-000046
  Pago: Efectivo 0046
  Pago $350.00    Saldo -$135.00
20/02/2026              a-000001
  Reversión: caja1-000046:
  devuelto
  Cargo $350.00    Saldo $215.00
--------------------------------
Cargos                 $1,065.00
Pagos                    $850.00
Queda por pagar          $215.00
Próximo corte         05/03/2026
--------------------------------
Verificación          9CA18A9B41
    Este documento no es un
      comprobante fiscal.
""",
    ("statement", "pt-PT", 48): """\
                  Global Speed
             Av. Hidalgo 12, Puebla
                +52 222 555 0101
            Id. fiscal GSP010203AB1
------------------------------------------------
EXTRATO DE CONTA                             ana
------------------------------------------------
Cliente                                Ana López
Código                                       ana
Id. fiscal                         LOHA800101XX1
Endereço                  Calle 5 No. 10, Puebla
Plano                              Hogar 20 Mbps
------------------------------------------------
Até                                   28/02/2026
------------------------------------------------
28/12/2025                       invoices-000001
  Fatura: Hogar 20
  Débito 350,00 MXN             Saldo 350,00 MXN
20/01/2026                              f-000001
  Encargo: por atraso
  Débito 50,00 MXN              Saldo 400,00 MXN
28/01/2026                       invoices-000002
  Fatura: Hogar 20 Mbps, Vecino -10%
  Débito 315,00 MXN             Saldo 715,00 MXN
03/02/2026                          caja1-000045
  Pagamento: Dinheiro 0045
  Pagamento 500,00 MXN          Saldo 215,00 MXN
09/02/2026                          caja1-000046
  Pagamento: Dinheiro 0046
  Pagamento 350,00 MXN         Saldo -135,00 MXN
20/02/2026                              a-000001
  Estorno: caja1-000046: devolvido
  Débito 350,00 MXN             Saldo 215,00 MXN
------------------------------------------------
Débitos                              1065,00 MXN
Pagamentos                            850,00 MXN
Falta pagar                           215,00 MXN
Próximo corte                         05/03/2026
------------------------------------------------
Verificação                           9CA18A9B41
   Este documento não é um documento fiscal.
""",
    ("cash", "es-MX", 42): """\
               Global Speed
          Av. Hidalgo 12, Puebla
             +52 222 555 0101
         Id. fiscal GSP010203AB1
------------------------------------------
CORTE DE CAJA             caja1-2026-02-20
------------------------------------------
Caja                                 caja1
Cajero                               maria
------------------------------------------
Fecha                           20/02/2026
Último folio                  caja1-000047
------------------------------------------
Movimientos                        Importe
a-000001                          -$350.00
  Reversión: Efectivo caja1-000046, Ana
  López
caja1-000047                        $90.00
  Pago: Tarjeta V-7, Ana López
------------------------------------------
Forma de pago                      Importe
Tarjeta: Entró                      $90.00
Tarjeta: Queda                      $90.00
Efectivo: Había                    $850.00
Efectivo: Salió                    $350.00
Efectivo: Queda                    $500.00
------------------------------------------
Debe haber                         $500.00
Contado                            $300.00
Diferencia                        -$200.00
------------------------------------------


       ----------------------------
              Entrega: maria


       ----------------------------
                  Recibe
Verificación                    CB584EC2AB
""",
    ("cash", "en-US", 32): """\
          Global Speed
     Av. Hidalgo 12, Puebla
        +52 222 555 0101
      Tax id GSP010203AB1
--------------------------------
DAY CLOSING     caja1-2026-02-20
--------------------------------
Journal                    caja1
Cashier                    maria
--------------------------------
Date                  02/20/2026
Last number         caja1-000047
--------------------------------
Movements                 Amount
a-000001             -MXN 350.00
  Reversal: Cash caja1-000046,
  Ana López
caja1-000047           MXN 90.00
  Payment: Card V-7, Ana López
--------------------------------
Paid by                   Amount
Card: In               MXN 90.00
Card: After            MXN 90.00
Cash: Before          MXN 850.00
Cash: Out             MXN 350.00
Cash: After           MXN 500.00
--------------------------------
Should be there       MXN 500.00
Counted               MXN 300.00
Difference           -MXN 200.00
--------------------------------


  ----------------------------
       Handed over: maria


  ----------------------------
           Taken over
Verification          CB584EC2AB
""",
    ("cash", "sw-KE", 48): """\
                  Global Speed
             Av. Hidalgo 12, Puebla
                +52 222 555 0101
           Namba ya kodi GSP010203AB1
------------------------------------------------
KUFUNGA SIKU                    caja1-2026-02-20
------------------------------------------------
Daftari                                    caja1
Mtunza fedha                               maria
------------------------------------------------
Tarehe                                20/02/2026
Namba ya mwisho                     caja1-000047
------------------------------------------------
Miamala                                    Kiasi
a-000001                             -MXN 350.00
  Ubatilisho: Taslimu caja1-000046, Ana López
caja1-000047                           MXN 90.00
  Malipo: Kadi V-7, Ana López
------------------------------------------------
Njia ya malipo                             Kiasi
Kadi: Iliyoingia                       MXN 90.00
Kadi: Iliyobaki                        MXN 90.00
Taslimu: Ilikuwepo                    MXN 850.00
Taslimu: Iliyotoka                    MXN 350.00
Taslimu: Iliyobaki                    MXN 500.00
------------------------------------------------
Inayotakiwa kuwepo                    MXN 500.00
Iliyohesabiwa                         MXN 300.00
Tofauti                              -MXN 200.00
------------------------------------------------


          ----------------------------
              Aliyekabidhi: maria


          ----------------------------
                   Aliyepokea
Uthibitisho                           CB584EC2AB
""",
}


@pytest.mark.parametrize(("kind", "language", "columns"), GOLDEN)
def test_a_paper_says_this(kind: str, language: str, columns: int) -> None:
    what = PAPERS[kind]
    reader = what._replace(customer=what.customer._replace(language=language))
    assert press(columns=columns).text(reader) == GOLDEN[kind, language, columns]
